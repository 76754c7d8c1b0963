package org.mansio.protocols.ondemand;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.Services;
import org.mansio.spi.background.BackgroundService;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.TurnableListener;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.Upstream;

/** Makes {@code RemoteQueueStart}. */
final class RemoteQueueStartFactory implements BackgroundServiceFactory {
  static final Setting<Timetable> TIMES = Setting.of(
          "times",
          Timetable.TYPE,
          "When to ask: minute, hour, day of month, month, day of week as in crontab(5), such as */10 8-18 * * 1-5.")
      .mandatory();

  static final Setting<ZoneId> TIME_ZONE = Setting.of(
      "timeZone",
      new Setting.Type<>("time zone", Setting.Kind.PLAIN, RemoteQueueStartFactory::zone),
      "Whose hours these are, such as Europe/Berlin. Not set: the machine's.");

  static final Setting<Duration> JITTER = Setting.duration(
          "jitter",
          "A request is made up to so much later, each time anew, so that not all customers ask at the same second.")
      .defaultsTo("30s");

  static final Setting<Method> METHOD = Setting.choice(
          "method",
          "How to ask: etrn lets the other server deliver by its own connections, atrn fetches the mail on this one, which"
              + " works without a fixed address.",
          Method.class)
      .mandatory();

  static final Setting<HostPort> HOST = Setting.hostPort(
          "host",
          "The servers that keep the mail; the first that answers is asked. Port, if not given: 25 for etrn, 366 for atrn.")
      .repeated()
      .mandatory();

  static final Setting<Domains> DOMAIN = Setting.of(
          "domain",
          new Setting.Type<>("domain", Setting.Kind.PLAIN, Domains::parse),
          "What to ask for. etrn needs one at least, and knows @example.org for subdomains too; atrn without any asks for"
              + " all that the user may have.")
      .repeated();

  static final Setting<String> QUEUE = Setting.text(
          "queue", "For etrn: names of queues at the other server, which it is asked for as #name.")
      .repeated();

  static final Setting<Upstream.Tls> TLS = Setting.choice(
          "tls",
          "Protection of the connection: none, opportunistic (STARTTLS where offered), required, or implicit (TLS from the"
              + " first octet).",
          Upstream.Tls.class)
      .defaultsTo("required");

  static final Setting<Boolean> VERIFY_SERVER_IDENTITY = Setting.flag(
          "verifyServerIdentity",
          "With tls required or implicit: whether the server's certificate must be valid and for its name.")
      .defaultsTo("true");

  static final Setting<String> USERNAME =
      Setting.text("username", "Who to log in as. atrn needs it.");

  static final Setting<String> PASSWORD = Setting.secret("password", "The password of the user.");

  static final Setting<String> LISTENER = Setting.text(
          "listener",
          "For atrn: the listener of this server whose rules hold for the mail that is fetched. It must be switched on.")
      .defaultsTo("smtp");

  static final Setting<Duration> TIMEOUT = Setting.duration(
          "timeout", "How long to wait for the connection (30 s at the most) and for each reply.")
      .defaultsTo("5m");

  /** How to ask. */
  enum Method {
    ETRN,
    ATRN
  }

  private static final int SMTP_PORT = 25;
  // RFC 2645 §3.
  private static final int ODMR_PORT = 366;

  private final RunLog runs;

  RemoteQueueStartFactory(RunLog runs) {
    this.runs = runs;
  }

  private static ZoneId zone(String text) throws InvalidSettingException {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new InvalidSettingException("'" + text + "' isn't a time zone: " + e.getMessage());
    }
  }

  @Override
  public String type() {
    return "RemoteQueueStart";
  }

  @Override
  public String description() {
    return "Asks another server, at times, for the mail that it keeps for this one: by ETRN or ATRN.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(
        TIMES,
        TIME_ZONE,
        JITTER,
        METHOD,
        HOST,
        DOMAIN,
        QUEUE,
        TLS,
        VERIFY_SERVER_IDENTITY,
        USERNAME,
        PASSWORD,
        LISTENER,
        TIMEOUT);
  }

  @Override
  public BackgroundService create(String name, Settings settings, Services services)
      throws InvalidSettingException {
    RemoteQueueStart.Plan plan = new RemoteQueueStart.Plan(
        settings.get(TIMES),
        settings.find(TIME_ZONE).orElseGet(ZoneId::systemDefault),
        settings.get(JITTER));
    RemoteRequest.Question question = switch (settings.get(METHOD)) {
      case ETRN -> etrn(settings);
      case ATRN -> atrn(settings, services);
    };
    RemoteRequest request = new RemoteRequest(services.outboundSmtp(), hosts(settings), question);
    return new RemoteQueueStart(name, plan, request, Alarm.ofSystem(), runs);
  }

  private static RemoteRequest.Question etrn(Settings settings) throws InvalidSettingException {
    List<String> nodes = new ArrayList<>();
    settings.all(DOMAIN).forEach(domains -> nodes.add(domains.toString()));
    settings.all(QUEUE).forEach(queue -> nodes.add("#" + queue));
    if (nodes.isEmpty()) {
      throw new InvalidSettingException("method etrn needs 'domain' or 'queue'");
    }
    if (nodes.stream().anyMatch(node -> node.chars().anyMatch(c -> c <= ' ' || c > '~'))) {
      throw new InvalidSettingException("a queue's name is one word of ASCII");
    }
    return RemoteRequest.etrn(nodes);
  }

  private static RemoteRequest.Question atrn(Settings settings, Services services)
      throws InvalidSettingException {
    if (login(settings).isEmpty()) {
      throw new InvalidSettingException("method atrn needs 'username' and 'password' (RFC 2645)");
    }
    if (settings.isSet(QUEUE) || settings.all(DOMAIN).stream().anyMatch(Domains::subdomains)) {
      throw new InvalidSettingException("method atrn asks for plain domains only");
    }
    String name = settings.get(LISTENER);
    Optional<Listener> listener = services.listener(name);
    if (listener.isEmpty()) {
      throw new InvalidSettingException(
          "no listener '" + name + "' is switched on, which should take the mail; see 'listener'");
    }
    if (!(listener.get() instanceof TurnableListener turnable)) {
      throw new InvalidSettingException(
          "listener '" + name + "' speaks " + listener.get().protocol() + ", not SMTP");
    }
    List<String> domains = settings.all(DOMAIN).stream().map(Domains::domain).toList();
    return RemoteRequest.atrn(domains, turnable);
  }

  private static List<Upstream> hosts(Settings settings) throws InvalidSettingException {
    Upstream.Tls tls = settings.get(TLS);
    boolean protectedFully = tls == Upstream.Tls.REQUIRED || tls == Upstream.Tls.IMPLICIT;
    if (settings.isSet(VERIFY_SERVER_IDENTITY)
        && settings.get(VERIFY_SERVER_IDENTITY)
        && !protectedFully) {
      throw new InvalidSettingException("verifyServerIdentity needs tls required or implicit");
    }
    if (!settings.get(TIMEOUT).isPositive()) {
      throw new InvalidSettingException("timeout must be more than 0");
    }
    Optional<Upstream.Login> login = login(settings);
    int port = settings.get(METHOD) == Method.ATRN ? ODMR_PORT : SMTP_PORT;
    return settings.all(HOST).stream()
        .map(host -> new Upstream(
            host.host(),
            host.portOr(port),
            tls,
            protectedFully && settings.get(VERIFY_SERVER_IDENTITY),
            login,
            settings.get(TIMEOUT)))
        .toList();
  }

  private static Optional<Upstream.Login> login(Settings settings) throws InvalidSettingException {
    Optional<String> user = settings.find(USERNAME);
    Optional<String> password = settings.find(PASSWORD);
    if (user.isPresent() != password.isPresent()) {
      throw new InvalidSettingException("'username' and 'password' need each other");
    }
    return user.map(name -> new Upstream.Login(name, password.orElseThrow()));
  }
}
