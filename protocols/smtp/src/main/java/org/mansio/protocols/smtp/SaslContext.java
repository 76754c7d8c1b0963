package org.mansio.protocols.smtp;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.Services;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpSession;

/** A session as mechanisms see it. */
record SaslContext(SmtpSession session, Services services, AuthExtension auth)
    implements SaslMechanism.Context {
  @Override
  public UserDirectory users() {
    return services.users();
  }

  /** RFC 4954 §3 (7): smtp, also for submission; LMTP is registered by itself. */
  @Override
  public String service() {
    return session.service() == SmtpService.LMTP ? "lmtp" : "smtp";
  }

  @Override
  public String serverName() {
    return services.environment().hostname();
  }

  @Override
  public boolean tls() {
    return session.tls();
  }

  @Override
  public InetAddress remote() {
    return session.remote().getAddress();
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
  public Set<String> offered() {
    return Set.copyOf(auth.offered(session));
  }
}
