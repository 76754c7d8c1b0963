package org.mansio.protocols.smtp;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpSession;

/**
 * A session as one hook sees it while it is asked one question. A hook that answers too late still runs, while the session
 * may be at its next mail already: what it says then is of a mail that is gone, and is forgotten. Thread-safe as far as a
 * question needs it: the session's thread waits meanwhile.
 */
final class HookedSession implements SmtpSession, AutoCloseable {
  private final Session session;
  private @Nullable Map<String, Object> attributes;
  private boolean closed;

  HookedSession(Session session) {
    this.session = session;
  }

  /** The question is answered or given up; from here on nothing reaches the session. */
  @Override
  public synchronized void close() {
    closed = true;
    if (attributes != null) {
      session.attributes().keySet().retainAll(attributes.keySet());
      session.attributes().putAll(attributes);
    }
  }

  @Override
  public synchronized void annotate(String name, AttributeValue value) {
    if (!closed) {
      session.annotate(name, value);
    }
  }

  @Override
  public String id() {
    return session.id();
  }

  @Override
  public String listener() {
    return session.listener();
  }

  @Override
  public SmtpService service() {
    return session.service();
  }

  @Override
  public InetSocketAddress local() {
    return session.local();
  }

  @Override
  public InetSocketAddress remote() {
    return session.remote();
  }

  @Override
  public Optional<String> remoteHost() {
    return session.remoteHost();
  }

  @Override
  public Optional<String> helo() {
    return session.helo();
  }

  @Override
  public boolean extended() {
    return session.extended();
  }

  @Override
  public boolean tls() {
    return session.tls();
  }

  @Override
  public Optional<String> tlsDescription() {
    return session.tlsDescription();
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return session.clientCertificate();
  }

  @Override
  public Optional<byte[]> channelBinding(String type) {
    return session.channelBinding(type);
  }

  @Override
  public boolean hasSpokenEarly(Duration patience) {
    return session.hasSpokenEarly(patience);
  }

  @Override
  public boolean turned() {
    return session.turned();
  }

  @Override
  public Optional<MailAddress> authenticated() {
    return session.authenticated();
  }

  @Override
  public Optional<String> mechanism() {
    return session.mechanism();
  }

  @Override
  public boolean mayRelay() {
    return session.mayRelay();
  }

  @Override
  public int errors() {
    return session.errors();
  }

  @Override
  public Optional<Envelope> transaction() {
    return session.transaction();
  }

  /** A copy, which becomes the session's own with {@link #close}: a hook may keep it, and write to it, for as long as it likes. */
  @Override
  public synchronized Map<String, Object> attributes() {
    if (attributes == null) {
      attributes = new ConcurrentHashMap<>(closed ? Map.of() : session.attributes());
    }
    return attributes;
  }

  @Override
  public String toString() {
    return session.toString();
  }
}
