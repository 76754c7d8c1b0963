package org.mansio.mailets.delivery;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.mailets.delivery.route.HeloName;
import org.mansio.mailets.delivery.route.SentCounts;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.mailets.delivery.route.TransportMap;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.protocols.smtpclient.Chunking;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.Credentials;
import org.mansio.protocols.smtpclient.Protocol;
import org.mansio.protocols.smtpclient.SmtpClient;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes RemoteDelivery: mail for other hosts, by MX or over a gateway. */
final class RemoteDeliveryFactory implements MailetFactory {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteDeliveryFactory.class);
  private static final int SUBMISSIONS_PORT = 465;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_CONNECTIONS = 1_000;

  static final Setting<String> OUTGOING = Setting.name(
          "outgoing",
          "The name of this way out, as lanes of the queue show it. Mail at rest refers to it: don't rename it while mail"
              + " waits. Two RemoteDelivery mailets with different settings need different names.")
      .defaultsTo("remote");
  static final Setting<HostPort> GATEWAY = Setting.hostPort(
          "gateway",
          "Smart hosts: all mail goes to the first that takes it, instead of to the MX hosts. host, host:port or"
              + " [IPv6]:port, several separated by commas. No MX lookup is done for them.")
      .repeated();
  static final Setting<String> GATEWAY_USERNAME = Setting.text(
      "gatewayUsername",
      "The name to log in with at the gateway; needs gatewayPassword or gatewayTokenFile.");
  static final Setting<String> GATEWAY_PASSWORD = Setting.secret(
      "gatewayPassword",
      "The password for the gateway. It is sent inside TLS only, unless startTLS is off. Whoever can get between reads it all the"
          + " same, unless verifyServerIdentity is true.");
  static final Setting<String> GATEWAY_TOKEN_FILE = Setting.text(
      "gatewayTokenFile",
      "A file that holds a bearer token instead of the password, for OAUTHBEARER or XOAUTH2; read at each login, so that"
          + " a program beside the server can renew it. Relative paths start at the configuration folder.");
  static final Setting<TlsMode> START_TLS = StartTls.setting("opportunistic");
  static final Setting<Boolean> SSL_ENABLE = Setting.flag(
          "sslEnable",
          "TLS from the first octet (as on port 465) instead of STARTTLS. With a gateway it isn't for the MX hosts of a route.")
      .defaultsTo("false");
  static final Setting<Boolean> VERIFY_SERVER_IDENTITY = Setting.flag(
          "verifyServerIdentity",
          "Whether the host's certificate must be valid and for its name; needs startTLS required or sslEnable.")
      .defaultsTo("false");
  static final Setting<String> HELO_NAME =
      HeloName.setting("This host's name in EHLO; the server's host name when not set.");
  static final Setting<String> BIND = Setting.text(
      "bind", "The local address that connections come from; the system chooses when not set.");
  static final Setting<Long> PORT = Setting.number(
      "port",
      "The port of hosts that don't name one: 25, with sslEnable 465, when not set. With a gateway it isn't for the MX hosts of a"
          + " route: theirs is 25.",
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
  static final Setting<Long> MAX_RECIPIENTS = Setting.number(
          "maxRecipientsPerTransaction",
          "Recipients of one mail that go in one transaction, if the host's LIMITS (RFC 9422) don't say less; the others follow"
              + " over the same connection. Every host must take 100 (RFC 5321).",
          1,
          SmtpClient.MAX_RECIPIENTS)
      .defaultsTo("100");
  static final Setting<String> TRANSPORT_MAP = Setting.text(
      "transportMap",
      "Routes, one in a line: 'pattern route'. Patterns: user@example.org, example.org, .example.org (all below it), *; the most"
          + " specific counts, wherever it stands. Routes: 'mx [port=N]'; 'smtp host[:port][;weight=N][;preference=N] …', the"
          + " lowest preference first, equal ones by weight; 'lmtp host[:port] …'; 'on-demand [outgoing]'; 'discard'; 'error 550"
          + " 5.1.6 text', with 4xx to keep the mail waiting. Options of mx, smtp and lmtp: tls=off, opportunistic, required or"
          + " implicit; verify=yes; pool=name; of smtp and lmtp also user=name with password=env:NAME, password=file:path or"
          + " token=file:path. A # begins a remark. What no pattern matches goes to the gateway, or by MX.");
  static final Setting<String> TRANSPORT_MAP_FILE = Setting.text(
      "transportMapFile",
      "A file with more routes; a relative path starts at the configuration folder. 'mansioctl reload' reads it again; mail that"
          + " waits follows.");
  static final Setting<String> MX_ROLLUP = Setting.of(
          "mxRollup",
          new Setting.Type<>("domain or *", Setting.Kind.PLAIN, MxRollup::provider),
          "Providers of many domains, by the name that their MX hosts lie below, such as google.com: mail for all domains of one"
              + " counts as one destination for concurrency, rate and back-off. * puts all domains with the same best MX host"
              + " together. The lane has the provider's name then, not the domain's.")
      .repeated();
  static final Setting<String> SOURCES = Setting.text(
      "sources",
      "Local addresses that mail leaves from, one statement in a line. 'pool NAME ADDRESS [helo=name] [warm-up=SCHEDULE"
          + " since=2026-03-01]': the addresses of a pool take turns. 'warm-up SCHEDULE 50 100 500 …': mails to one destination on"
          + " the first day (UTC), the second and so on, without limit behind the last; what is over goes from another address of"
          + " the pool, or waits. 'use NAME [sender=example.org, .example.org, user@example.org or <>] [min-priority=N]"
          + " [max-priority=N]': which mail takes which pool; the first that fits counts, behind the mail's attribute sourcePool and"
          + " the route's pool. Mail that none is for leaves as bind says.");
  static final Setting<String> SOURCES_FILE = Setting.text(
      "sourcesFile",
      "A file with more statements about sources; a relative path starts at the configuration folder. 'mansioctl reload' reads it"
          + " again.");
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

  // Kept over reloads, as is what is learnt in them.
  private final DeadHosts deadHosts = new DeadHosts();
  private final Map<Path, SentCounts> counts = new ConcurrentHashMap<>();
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
        MAX_RECIPIENTS,
        TRANSPORT_MAP,
        TRANSPORT_MAP_FILE,
        MX_ROLLUP,
        SOURCES,
        SOURCES_FILE,
        CHUNKING,
        BOUNCE_PROCESSOR);
  }

  @Override
  public boolean ends(Settings settings) {
    return true;
  }

  /** It dispatches, and the queue delivers. */
  @Override
  public boolean runsInSimulation(Settings settings) {
    return true;
  }

  @Override
  public Mailet create(Settings settings, Services services) throws InvalidSettingException {
    HostTransportOptions options = options(settings, services);
    Registration.register(
        new HostTransport(options, services, tls, deadHosts), services, OUTGOING.name());
    return new RemoteDelivery(
        options,
        new MxRollup(settings.all(MX_ROLLUP), services.dns()),
        settings.get(BOUNCE_PROCESSOR));
  }

  private HostTransportOptions options(Settings settings, Services services)
      throws InvalidSettingException {
    boolean implicitTls = settings.get(SSL_ENABLE);
    ClientOptions client = client(settings, services);
    List<HostPort> gateways = settings.all(GATEWAY);
    Path folder = services.environment().configuration();
    TransportMap map = TransportMap.read(
        settings.find(TRANSPORT_MAP),
        TRANSPORT_MAP.name(),
        settings.find(TRANSPORT_MAP_FILE).map(folder::resolve),
        folder);
    SourcePools sources = SourcePools.read(
        settings.find(SOURCES),
        SOURCES.name(),
        settings.find(SOURCES_FILE).map(folder::resolve),
        counts.computeIfAbsent(services.environment().data().resolve("sources"), SentCounts::new));
    checkPools(map, sources);
    return new HostTransportOptions(
        settings.get(OUTGOING),
        client,
        settings
            .find(PORT)
            .map(Long::intValue)
            .orElse(implicitTls ? SUBMISSIONS_PORT : HostTransportOptions.SMTP_PORT),
        settings.get(START_TLS),
        gateways.isEmpty()
            ? HostTransportOptions.BY_MX
            : HostTransportOptions.over(client, gateways),
        map,
        sources,
        settings.get(MAX_CONNECTIONS_PER_DESTINATION).intValue(),
        settings.get(MAX_RECIPIENTS).intValue(),
        TlsSettings.of(settings));
  }

  private static void checkPools(TransportMap map, SourcePools sources)
      throws InvalidSettingException {
    for (String pool : map.pools()) {
      if (sources.pool(pool).isEmpty()) {
        throw new InvalidSettingException("a route has pool=" + pool
            + ", but no pool of that name stands in sources or sourcesFile");
      }
    }
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
    if (user.isPresent()
        && settings.get(START_TLS) != TlsMode.NONE
        && !settings.get(VERIFY_SERVER_IDENTITY)) {
      LOG.warn(
          "{} goes to a gateway whose certificate isn't verified: with startTLS required, or sslEnable, set"
              + " verifyServerIdentity",
          password.isPresent() ? "gatewayPassword" : "the token of gatewayTokenFile");
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
