package org.mansio.spi.testkit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpSession;

/** A session that is what the test says: a stranger's without TLS, at the listener {@code smtp}. For one thread at a time. */
public final class FakeSmtpSession implements SmtpSession {
  private static final int PORT = 25;

  private final String id;
  private final InetAddress remote;
  private final Map<String, Object> attributes = new HashMap<>();
  private SmtpService service = SmtpService.SMTP;
  private Attributes annotations = Attributes.none();
  private @Nullable String helo;
  private @Nullable String remoteHost;
  private @Nullable String tls;
  private @Nullable X509Certificate certificate;
  private @Nullable MailAddress authenticated;
  private @Nullable Envelope transaction;
  private boolean inRelayNetwork;
  private boolean early;
  private int errors;

  /**
   * A session.
   *
   * @param id unique in the test
   * @param remote the client's address, a literal
   */
  public FakeSmtpSession(String id, String remote) {
    this.id = id;
    this.remote = InetAddress.ofLiteral(remote);
  }

  public FakeSmtpSession service(SmtpService newService) {
    service = newService;
    return this;
  }

  public FakeSmtpSession helo(String name) {
    helo = name;
    return this;
  }

  public FakeSmtpSession remoteHost(String name) {
    remoteHost = name;
    return this;
  }

  public FakeSmtpSession tls(String description) {
    tls = description;
    return this;
  }

  public FakeSmtpSession certificate(X509Certificate shown) {
    certificate = shown;
    return this;
  }

  public FakeSmtpSession authenticated(String user) {
    authenticated = MailAddress.of(user);
    return this;
  }

  public FakeSmtpSession inRelayNetwork() {
    inRelayNetwork = true;
    return this;
  }

  public FakeSmtpSession spokeEarly() {
    early = true;
    return this;
  }

  public FakeSmtpSession errors(int count) {
    errors = count;
    return this;
  }

  /** Begins a transaction. @param sender empty for the null reverse-path */
  public FakeSmtpSession mail(String sender, String... recipients) {
    transaction = Envelope.of(sender, recipients);
    return this;
  }

  /** What was said of the mail. */
  public Attributes annotations() {
    return annotations;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String listener() {
    return "smtp";
  }

  @Override
  public SmtpService service() {
    return service;
  }

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), PORT);
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress(remote, 40_000);
  }

  @Override
  public Optional<String> remoteHost() {
    return Optional.ofNullable(remoteHost);
  }

  @Override
  public Optional<String> helo() {
    return Optional.ofNullable(helo);
  }

  @Override
  public boolean extended() {
    return helo != null;
  }

  @Override
  public boolean tls() {
    return tls != null;
  }

  @Override
  public Optional<String> tlsDescription() {
    return Optional.ofNullable(tls);
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return Optional.ofNullable(certificate);
  }

  @Override
  public boolean hasSpokenEarly(Duration patience) {
    return early;
  }

  @Override
  public Optional<MailAddress> authenticated() {
    return Optional.ofNullable(authenticated);
  }

  @Override
  public boolean mayRelay() {
    return authenticated != null || inRelayNetwork;
  }

  @Override
  public int errors() {
    return errors;
  }

  @Override
  public Optional<Envelope> transaction() {
    return Optional.ofNullable(transaction);
  }

  @Override
  public Map<String, Object> attributes() {
    return attributes;
  }

  @Override
  public void annotate(String name, AttributeValue value) {
    annotations = annotations.with(name, value);
  }
}
