package org.mansio.spi.smtp;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;

/** A session as verbs and hooks see it. Used by one thread at a time, the session's own. */
public interface SmtpSession {
  /** Unique while the server runs; in every log line of the session. */
  String id();

  /** The listener's name in {@code server.xml}. */
  String listener();

  /** What the listener is for. */
  SmtpService service();

  InetSocketAddress local();

  InetSocketAddress remote();

  /**
   * The client's host name, lower case: one that its address's PTR record names and that itself has the address. Looked up at
   * the first call, which may block for a few seconds; empty when there is none or it could not be found out.
   */
  default Optional<String> remoteHost() {
    return Optional.empty();
  }

  /** The argument of EHLO, HELO or LHLO; empty before it. */
  Optional<String> helo();

  /** Whether EHLO or LHLO was used. */
  boolean extended();

  boolean tls();

  /** Protocol and cipher suite; empty without TLS. */
  Optional<String> tlsDescription();

  /** The certificate that the client showed in the handshake, verified against the listener's authorities. */
  default Optional<X509Certificate> clientCertificate() {
    return Optional.empty();
  }

  /**
   * Channel binding data of the TLS connection.
   *
   * @param type {@code tls-server-end-point} (RFC 5929 §4) or {@code tls-exporter} (RFC 9266)
   * @return empty without TLS, or where the binding isn't to be had
   */
  default Optional<byte[]> channelBinding(String type) {
    return Optional.empty();
  }

  /**
   * Whether the client has sent octets before the server said that it might: at connect, anything; at helo, anything behind
   * the command (RFC 5321 §3.1, RFC 2920 §3.1).
   *
   * @param patience how long to wait for some; zero just looks
   */
  default boolean hasSpokenEarly(Duration patience) {
    return false;
  }

  /**
   * Whether this server opened the connection and its roles were swapped then (RFC 2645 §6): TLS and identities are as they
   * were before, and stay so.
   */
  default boolean turned() {
    return false;
  }

  /** Who logged in. */
  Optional<MailAddress> authenticated();

  /** The SASL mechanism of the log-in, such as {@code PLAIN}; empty when nobody did, or it isn't known. */
  default Optional<String> mechanism() {
    return Optional.empty();
  }

  /** Whether this client may relay: logged in, or in the relay networks. */
  boolean mayRelay();

  /** Commands that were answered by an error since the last mail that was taken. */
  default int errors() {
    return 0;
  }

  /** The mail transaction under way; empty outside of one. */
  Optional<Envelope> transaction();

  /**
   * Things that a plugin remembers for the session; under its own names. Mutable; empty again after STARTTLS. What a hook
   * puts there is kept if it is there when the hook answers or its time is over; what comes later is forgotten.
   */
  Map<String, Object> attributes();

  /**
   * Gives the mail of the transaction under way an attribute; outside of a transaction, every mail of the session from now
   * on. For matchers, the trace and mailets; forgotten at STARTTLS. A hook's session takes this until the hook has answered or
   * its time is over: what comes later would be of another mail.
   *
   * @param name as {@link org.mansio.spi.mail.Attributes} has it
   */
  void annotate(String name, AttributeValue value);
}
