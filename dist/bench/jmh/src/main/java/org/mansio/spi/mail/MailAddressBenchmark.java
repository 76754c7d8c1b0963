package org.mansio.spi.mail;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Addresses of each form (RFC 5321 §4.1.2, RFC 6531 §3.3). */
@State(Scope.Thread)
public class MailAddressBenchmark {
  @Param({
    "someone@example.com",
    "\"some one\"@example.com",
    "jürgen@bücher.example",
    "someone@[IPv6:2001:db8::1]"
  })
  String address = "";

  @Benchmark
  public Object parse() throws InvalidAddressException {
    return MailAddress.parse(address);
  }
}
