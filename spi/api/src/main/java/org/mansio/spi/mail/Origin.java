package org.mansio.spi.mail;

import java.util.Objects;
import java.util.Optional;

/**
 * How a mail came in; kept with it for matchers, trace and the Received header.
 *
 * @param listener the listener's name in {@code server.xml}; {@code "local"} for mail made by this server
 * @param protocol the "with" keyword (RFC 3848, RFC 6531): {@code ESMTPSA}, {@code LMTP}, …
 * @param remoteAddress the client's address without brackets or port; empty for mail made here
 * @param remoteHost the client's verified host name; empty when unknown
 * @param helo the argument of EHLO, HELO or LHLO; empty before it
 * @param authenticatedUser who logged in; empty when nobody did
 * @param tls protocol and cipher suite, for the Received header and the trace; empty without TLS
 */
public record Origin(
    String listener,
    String protocol,
    Optional<String> remoteAddress,
    Optional<String> remoteHost,
    Optional<String> helo,
    Optional<String> authenticatedUser,
    Optional<String> tls) {

  public Origin {
    Objects.requireNonNull(listener);
    Objects.requireNonNull(protocol);
    Objects.requireNonNull(remoteAddress);
    Objects.requireNonNull(remoteHost);
    Objects.requireNonNull(helo);
    Objects.requireNonNull(authenticatedUser);
    Objects.requireNonNull(tls);
  }

  /** The origin of mail that this server made: DSNs, notices, copies. */
  public static Origin local() {
    return new Origin(
        "local",
        "local",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
