package org.mansio.protocols.smtpclient;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;

/**
 * How to talk to a peer. Connections are used again only for equal options. Immutable.
 *
 * @param heloName this host's name in EHLO, HELO or LHLO (RFC 5321 §4.1.4)
 * @param verification how the peer proves who it is; where TLS is opportunistic it gains nothing, since a peer that fails is
 *     then served without TLS
 * @param credentials for AUTH; empty to send none
 * @param source the local address; empty to leave it to the system
 * @param chunking when a message goes by BDAT
 */
public record ClientOptions(
    Protocol protocol,
    String heloName,
    TlsMode tls,
    Verification verification,
    Optional<Credentials> credentials,
    Optional<InetAddress> source,
    Timeouts timeouts,
    Chunking chunking) {

  public ClientOptions {
    Objects.requireNonNull(protocol);
    Objects.requireNonNull(heloName);
    Objects.requireNonNull(tls);
    Objects.requireNonNull(verification);
    Objects.requireNonNull(credentials);
    Objects.requireNonNull(source);
    Objects.requireNonNull(timeouts);
    Objects.requireNonNull(chunking);
  }

  /** @param verifyIdentity whether the certificate must be valid and for the peer's name (RFC 9525) */
  public ClientOptions(
      Protocol protocol,
      String heloName,
      TlsMode tls,
      boolean verifyIdentity,
      Optional<Credentials> credentials,
      Optional<InetAddress> source,
      Timeouts timeouts,
      Chunking chunking) {
    this(
        protocol,
        heloName,
        tls,
        verifyIdentity ? Verification.ofPeer() : Verification.none(),
        credentials,
        source,
        timeouts,
        chunking);
  }

  /** With BDAT only where it is needed. */
  public ClientOptions(
      Protocol protocol,
      String heloName,
      TlsMode tls,
      boolean verifyIdentity,
      Optional<Credentials> credentials,
      Optional<InetAddress> source,
      Timeouts timeouts) {
    this(protocol, heloName, tls, verifyIdentity, credentials, source, timeouts, Chunking.NEEDED);
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
    return withTls(newTls, newVerifyIdentity ? Verification.ofPeer() : Verification.none());
  }

  public ClientOptions withTls(TlsMode newTls, Verification newVerification) {
    return new ClientOptions(
        protocol, heloName, newTls, newVerification, credentials, source, timeouts, chunking);
  }

  public ClientOptions withProtocol(Protocol newProtocol) {
    return new ClientOptions(
        newProtocol, heloName, tls, verification, credentials, source, timeouts, chunking);
  }

  public ClientOptions withHeloName(String newHeloName) {
    return new ClientOptions(
        protocol, newHeloName, tls, verification, credentials, source, timeouts, chunking);
  }

  public ClientOptions withCredentials(Credentials newCredentials) {
    return withCredentials(Optional.of(newCredentials));
  }

  /** @param newCredentials empty to send none */
  public ClientOptions withCredentials(Optional<Credentials> newCredentials) {
    return new ClientOptions(
        protocol, heloName, tls, verification, newCredentials, source, timeouts, chunking);
  }

  public ClientOptions withSource(InetAddress newSource) {
    return new ClientOptions(
        protocol,
        heloName,
        tls,
        verification,
        credentials,
        Optional.of(newSource),
        timeouts,
        chunking);
  }

  public ClientOptions withTimeouts(Timeouts newTimeouts) {
    return new ClientOptions(
        protocol, heloName, tls, verification, credentials, source, newTimeouts, chunking);
  }

  public ClientOptions withChunking(Chunking newChunking) {
    return new ClientOptions(
        protocol, heloName, tls, verification, credentials, source, timeouts, newChunking);
  }

  /**
   * What becomes of them for a mail that demands verified TLS: equal options for equal demands, so that such a mail never goes
   * over a connection that was opened for less.
   */
  public ClientOptions forMail(Envelope envelope) {
    if (!demandsVerifiedTls(envelope) || protocol == Protocol.LMTP) {
      return this;
    }
    return withTls(
        tls == TlsMode.IMPLICIT ? TlsMode.IMPLICIT : TlsMode.REQUIRED,
        verification.authenticates() ? verification : Verification.ofPeer());
  }

  /**
   * Whether a mail goes over verified TLS, or not at all (RFC 8689 §4.2.1). A report about such a mail, with the null
   * reverse-path, says so onward where it can, but isn't lost where it can't (§5).
   */
  public static boolean demandsVerifiedTls(Envelope envelope) {
    return envelope.requiresTls() && envelope.sender().isPresent();
  }
}
