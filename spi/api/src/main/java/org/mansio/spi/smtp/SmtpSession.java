package org.mansio.spi.smtp;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;

/** A session as verbs and hooks see it. Used by one thread at a time, the session's own. */
public interface SmtpSession {
  /** Unique while the server runs; in every log line of the session. */
  String id();

  /** The listener's name in {@code server.xml}. */
  String listener();

  InetSocketAddress local();

  InetSocketAddress remote();

  /** The argument of EHLO, HELO or LHLO; empty before it. */
  Optional<String> helo();

  /** Whether EHLO or LHLO was used. */
  boolean extended();

  boolean tls();

  /** Protocol and cipher suite; empty without TLS. */
  Optional<String> tlsDescription();

  /** Who logged in. */
  Optional<MailAddress> authenticated();

  /** Whether this client may relay: logged in, or in the relay networks. */
  boolean mayRelay();

  /** The mail transaction under way; empty outside of one. */
  Optional<Envelope> transaction();

  /** Things that a plugin remembers for the session; under its own names. Mutable; empty again after STARTTLS. */
  Map<String, Object> attributes();
}
