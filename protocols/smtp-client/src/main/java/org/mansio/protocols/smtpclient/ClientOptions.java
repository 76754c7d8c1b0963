package org.mansio.protocols.smtpclient;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * How to talk to a peer. Connections are used again only for equal options. Immutable.
 *
 * @param heloName this host's name in EHLO, HELO or LHLO (RFC 5321 §4.1.4)
 * @param verifyIdentity whether the certificate must be valid and for the peer's name (RFC 6125); where TLS is
 *     opportunistic it gains nothing, since a peer that fails is then served without TLS
 * @param credentials for AUTH; empty to send none
 * @param source the local address; empty to leave it to the system
 */
public record ClientOptions(
    Protocol protocol,
    String heloName,
    TlsMode tls,
    boolean verifyIdentity,
    Optional<Credentials> credentials,
    Optional<InetAddress> source,
    Timeouts timeouts) {

  public ClientOptions {
    Objects.requireNonNull(protocol);
    Objects.requireNonNull(heloName);
    Objects.requireNonNull(tls);
    Objects.requireNonNull(credentials);
    Objects.requireNonNull(source);
    Objects.requireNonNull(timeouts);
  }

  /** SMTP with opportunistic TLS and the standard times. */
  public static ClientOptions smtp(String heloName) {
    return new ClientOptions(
        Protocol.SMTP,
        heloName,
        TlsMode.OPPORTUNISTIC,
        false,
        Optional.empty(),
        Optional.empty(),
        Timeouts.STANDARD);
  }

  /** LMTP without TLS and with the standard times. */
  public static ClientOptions lmtp(String heloName) {
    return new ClientOptions(
        Protocol.LMTP,
        heloName,
        TlsMode.NONE,
        false,
        Optional.empty(),
        Optional.empty(),
        Timeouts.STANDARD);
  }

  public ClientOptions withTls(TlsMode newTls, boolean newVerifyIdentity) {
    return new ClientOptions(
        protocol, heloName, newTls, newVerifyIdentity, credentials, source, timeouts);
  }

  public ClientOptions withCredentials(Credentials newCredentials) {
    return new ClientOptions(
        protocol, heloName, tls, verifyIdentity, Optional.of(newCredentials), source, timeouts);
  }

  public ClientOptions withSource(InetAddress newSource) {
    return new ClientOptions(
        protocol, heloName, tls, verifyIdentity, credentials, Optional.of(newSource), timeouts);
  }

  public ClientOptions withTimeouts(Timeouts newTimeouts) {
    return new ClientOptions(
        protocol, heloName, tls, verifyIdentity, credentials, source, newTimeouts);
  }
}
