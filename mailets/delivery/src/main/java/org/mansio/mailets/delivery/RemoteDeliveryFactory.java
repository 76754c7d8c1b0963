package org.mansio.mailets.delivery;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.protocols.smtpclient.Chunking;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.Credentials;
import org.mansio.protocols.smtpclient.Protocol;
import org.mansio.protocols.smtpclient.Timeouts;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.Services;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes RemoteDelivery: mail for other hosts, by MX or over a gateway. */
final class RemoteDeliveryFactory implements MailetFactory {
  private static final int SMTP_PORT = 25;
  private static final int SUBMISSIONS_PORT = 465;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_CONNECTIONS = 1_000;

  static final Setting<String> OUTGOING = Setting.text(
          "outgoing",
          "The name of this way out, as lanes of the queue show it. Mail at rest refers to it: don't rename it while mail"
              + " waits. Two RemoteDelivery mailets with different settings need different names.")
      .defaultsTo("remote");
  static final Setting<HostPort> GATEWAY = Setting.hostPort(
          "gateway",
          "Smart hosts: all mail goes to the first that answers, instead of to the MX hosts. host, host:port or"
              + " [IPv6]:port, several separated by commas. No MX lookup is done for them.")
      .repeated();
  static final Setting<String> GATEWAY_USERNAME = Setting.text(
      "gatewayUsername", "The name for AUTH PLAIN or LOGIN at the gateway; needs gatewayPassword.");
  static final Setting<String> GATEWAY_PASSWORD = Setting.secret(
      "gatewayPassword",
      "The password for the gateway. It is sent inside TLS only, unless startTLS is off.");
  static final Setting<String> GATEWAY_TOKEN_FILE = Setting.text(
      "gatewayTokenFile",
      "A file that holds a bearer token instead of the password, for OAUTHBEARER or XOAUTH2; read at each login, so that"
          + " a program beside the server can renew it. Relative paths start at the configuration folder.");
  static final Setting<TlsMode> START_TLS = StartTls.setting("opportunistic");
  static final Setting<Boolean> SSL_ENABLE = Setting.flag(
          "sslEnable", "TLS from the first octet (as on port 465) instead of STARTTLS.")
      .defaultsTo("false");
  static final Setting<Boolean> VERIFY_SERVER_IDENTITY = Setting.flag(
          "verifyServerIdentity",
          "Whether the host's certificate must be valid and for its name; needs startTLS required or sslEnable.")
      .defaultsTo("false");
  static final Setting<String> HELO_NAME =
      Setting.text("heloName", "This host's name in EHLO; the server's host name when not set.");
  static final Setting<String> BIND = Setting.text(
      "bind", "The local address that connections come from; the system chooses when not set.");
  static final Setting<Long> PORT = Setting.number(
      "port",
      "The port of hosts that don't name one: 25, with sslEnable 465, when not set.",
      1,
      MAX_PORT);
  static final Setting<Duration> CONNECTION_TIMEOUT = Setting.duration(
          "connectionTimeout", "How long to wait for a TCP connection to one address.")
      .defaultsTo("30s");
  static final Setting<Duration> TIMEOUT = Setting.duration(
      "timeout",
      "How long to wait for each reply and block of data. When not set, the times of RFC 5321 §4.5.3.2 are kept: 5 minutes"
          + " for most, 10 behind the final dot. A shorter time can make duplicates.");
  static final Setting<Long> MAX_CONNECTIONS_PER_DESTINATION = Setting.number(
          "maxConnectionsPerDestination",
          "Deliveries that may run at the same time to one domain, or to the gateway.",
          1,
          MAX_CONNECTIONS)
      .defaultsTo("20");
  static final Setting<Chunking> CHUNKING = Setting.choice(
          "chunking",
          "When mail goes in chunks (BDAT, RFC 3030) instead of behind DATA: needed, for binary mail only, or offered, wherever"
              + " the host offers it.",
          Chunking.class)
      .defaultsTo("needed");
  static final Setting<String> BOUNCE_PROCESSOR = Setting.processor(
          "bounceProcessor",
          "The processor that gets mail that couldn't be delivered, to report it to the sender.")
      .defaultsTo("bounces");

  private final OutboundTls tls;

  RemoteDeliveryFactory(OutboundTls tls) {
    this.tls = tls;
  }

  @Override
  public String name() {
    return "RemoteDelivery";
  }

  @Override
  public String description() {
    return "Delivers mail to other hosts: by the MX records of the recipients' domains, or over a gateway. Failed attempts are"
        + " repeated by the schedule of the queue.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(
        OUTGOING,
        GATEWAY,
        GATEWAY_USERNAME,
        GATEWAY_PASSWORD,
        GATEWAY_TOKEN_FILE,
        START_TLS,
        SSL_ENABLE,
        VERIFY_SERVER_IDENTITY,
        TlsSettings.DANE,
        TlsSettings.MTA_STS,
        TlsSettings.POLICY,
        HELO_NAME,
        BIND,
        PORT,
        CONNECTION_TIMEOUT,
        TIMEOUT,
        MAX_CONNECTIONS_PER_DESTINATION,
        CHUNKING,
        BOUNCE_PROCESSOR);
  }

  @Override
  public boolean ends(Settings settings) {
    return true;
  }

  @Override
  public Mailet create(Settings settings, Services services) throws InvalidSettingException {
    boolean implicitTls = settings.get(SSL_ENABLE);
    HostTransportOptions options = new HostTransportOptions(
        settings.get(OUTGOING),
        client(settings, services),
        settings.find(PORT).map(Long::intValue).orElse(implicitTls ? SUBMISSIONS_PORT : SMTP_PORT),
        settings.all(GATEWAY),
        settings.get(MAX_CONNECTIONS_PER_DESTINATION).intValue(),
        TlsSettings.of(settings));
    Registration.register(options, services, tls, OUTGOING.name());
    return new RemoteDelivery(options.name(), lane(options), settings.get(BOUNCE_PROCESSOR));
  }

  private static Optional<String> lane(HostTransportOptions options) {
    List<HostPort> gateways = options.gateways();
    return gateways.isEmpty()
        ? Optional.empty()
        : Optional.of(gateways.getFirst().toString().toLowerCase(Locale.ROOT));
  }

  private static ClientOptions client(Settings settings, Services services)
      throws InvalidSettingException {
    TlsMode tls = settings.get(SSL_ENABLE) ? TlsMode.IMPLICIT : settings.get(START_TLS);
    boolean verify = settings.get(VERIFY_SERVER_IDENTITY);
    if (verify && tls != TlsMode.IMPLICIT && tls != TlsMode.REQUIRED) {
      throw new InvalidSettingException(
          "verifyServerIdentity needs startTLS required or sslEnable: without, mail would go unprotected to a host that fails");
    }
    return new ClientOptions(
        Protocol.SMTP,
        settings.find(HELO_NAME).orElse(services.environment().hostname()),
        tls,
        verify,
        credentials(settings, services),
        source(settings),
        timeouts(settings),
        settings.get(CHUNKING));
  }

  private static Optional<Credentials> credentials(Settings settings, Services services)
      throws InvalidSettingException {
    Optional<String> user = settings.find(GATEWAY_USERNAME);
    Optional<String> password = settings.find(GATEWAY_PASSWORD);
    Optional<Path> token = settings
        .find(GATEWAY_TOKEN_FILE)
        .map(file -> services.environment().configuration().resolve(file));
    if (password.isPresent() && token.isPresent()) {
      throw new InvalidSettingException("gatewayPassword and gatewayTokenFile exclude each other");
    }
    if (user.isPresent() != (password.isPresent() || token.isPresent())) {
      throw new InvalidSettingException(
          "gatewayUsername and one of gatewayPassword and gatewayTokenFile need each other");
    }
    if (user.isPresent() && settings.all(GATEWAY).isEmpty()) {
      throw new InvalidSettingException(
          "gatewayUsername needs a gateway: the password isn't for every MX host");
    }
    return user.map(name -> token
        .map(file -> Credentials.byToken(name, file))
        .orElseGet(() -> new Credentials(name, password.orElseThrow())));
  }

  private static Optional<InetAddress> source(Settings settings) throws InvalidSettingException {
    Optional<String> bind = settings.find(BIND);
    try {
      return bind.map(InetAddress::ofLiteral);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("'" + bind.orElse("") + "' isn't an IP address to bind to");
    }
  }

  static Timeouts timeouts(Settings settings) throws InvalidSettingException {
    Duration connect = settings.get(CONNECTION_TIMEOUT);
    Optional<Duration> each = settings.find(TIMEOUT);
    if (!connect.isPositive() || each.filter(time -> !time.isPositive()).isPresent()) {
      throw new InvalidSettingException("a time-out must be longer than 0");
    }
    Timeouts timeouts = Timeouts.STANDARD.withConnect(connect);
    return each.map(timeouts::withEach).orElse(timeouts);
  }
}
