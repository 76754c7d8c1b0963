package org.mansio.protocols.smtp;

import org.mansio.bench.Messages;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is looked for in the header section while a message arrives. */
@State(Scope.Thread)
public class HeaderFactsBenchmark {
  private final byte[] header = Messages.header();

  @Benchmark
  public Object of() {
    return HeaderFacts.of(header, header.length);
  }
}
