package org.mansio.mailets.antispam.limit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.mailets.antispam.hook.ClientNetworks;
import org.mansio.mailets.antispam.hook.Exempt;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.mailets.antispam.hook.Rate;
import org.mansio.spi.Services;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/**
 * Limits what comes from one address or network, within a time and at the same time. Used twice, with different prefixes, it
 * limits addresses and networks. Thread-safe.
 */
public final class RateLimit implements SmtpHook {
  private static final String NAME = "RateLimit";
  private static final int MAX = 1_000_000;

  /** Clients remembered for each limit; some 150 octets each. */
  private static final int CAPACITY = 100_000;

  static final Setting<Duration> PERIOD =
      Setting.duration("period", "The time that the limits are for.").defaultsTo("1h");

  static final Setting<Long> CONNECTIONS = Setting.number(
      "connections",
      "Connections within the period; more are turned away (421). Not set: no limit.",
      1,
      MAX);

  static final Setting<Long> CONCURRENT = Setting.number(
      "concurrentConnections",
      "Connections at the same time; more are turned away (421). Not set: no limit.",
      1,
      MAX);

  static final Setting<Long> MAILS = Setting.number(
      "mails",
      "Mail transactions begun within the period; more are refused for now (450). Not set: no limit.",
      1,
      MAX);

  static final Setting<Long> RECIPIENTS = Setting.number(
      "recipients",
      "Recipients accepted within the period; more are refused for now (450). Not set: no limit.",
      1,
      MAX);

  static final Setting<Long> REFUSED_RECIPIENTS = Setting.number(
      "refusedRecipients",
      "Recipients refused within the period, such as unknown ones; a client with more is turned away (421). Not set: no limit.",
      1,
      MAX);

  static final Setting<Long> IPV4_PREFIX = ClientNetworks.ipv4Prefix(32);

  private final ClientNetworks networks;
  private final Exempt exempt;
  private final Optional<Limit> connections;
  private final Optional<Limit> mails;
  private final Optional<Limit> recipients;
  private final Optional<Limit> refused;
  private final long concurrent;
  private final Map<String, Set<String>> open = new ConcurrentHashMap<>();

  /** A limit of one thing. */
  private record Limit(String what, long max, Rate rate) {
    static Optional<Limit> of(
        String what, Optional<Long> max, Duration period, InstantSource clock) {
      return max.map(limit -> new Limit(what, limit, new Rate(period, CAPACITY, clock)));
    }

    /** Counts one more, where there is room; otherwise says what there is too much of. */
    Optional<String> take(String client) {
      Optional<String> excess = excess(client);
      if (excess.isEmpty()) {
        rate.add(client);
      }
      return excess;
    }

    Optional<String> excess(String client) {
      long count = rate.of(client);
      return count < max
          ? Optional.empty()
          : Optional.of("too many " + what + " from " + client + ": " + count);
    }
  }

  private RateLimit(Settings settings, InstantSource clock) {
    this.networks = ClientNetworks.of(settings.get(IPV4_PREFIX), settings);
    this.exempt = Exempt.of(settings);
    Duration period = settings.get(PERIOD);
    this.connections = Limit.of("connections", settings.find(CONNECTIONS), period, clock);
    this.mails = Limit.of("mails", settings.find(MAILS), period, clock);
    this.recipients = Limit.of("recipients", settings.find(RECIPIENTS), period, clock);
    this.refused = Limit.of("refused recipients", settings.find(REFUSED_RECIPIENTS), period, clock);
    this.concurrent = settings.find(CONCURRENT).orElse(Long.MAX_VALUE);
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return factory(InstantSource.system());
  }

  static SmtpHookFactory factory(InstantSource clock) {
    return new HookDefinition(
        NAME,
        "Limits connections, mails and recipients of one address or network.",
        SettingSchema.of(
            PERIOD,
            CONNECTIONS,
            CONCURRENT,
            MAILS,
            RECIPIENTS,
            REFUSED_RECIPIENTS,
            IPV4_PREFIX,
            ClientNetworks.IPV6_PREFIX,
            Exempt.WHO),
        (settings, services) -> create(settings, services, clock));
  }

  private static SmtpHook create(Settings settings, Services services, InstantSource clock)
      throws InvalidSettingException {
    if (settings.get(PERIOD).isZero()) {
      throw new InvalidSettingException("period must be more than 0");
    }
    return new RateLimit(settings, clock);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict onConnect(SmtpSession session) {
    if (exempt.covers(session)) {
      return Verdict.decline();
    }
    String client = client(session);
    Optional<String> excess = refused
        .flatMap(limit -> limit.excess(client))
        .or(() -> connections.flatMap(limit -> limit.take(client)))
        .or(() -> crowd(client, session.id()));
    return excess.map(RateLimit::turnAway).orElseGet(Verdict::decline);
  }

  private Optional<String> crowd(String client, String session) {
    if (concurrent == Long.MAX_VALUE) {
      return Optional.empty();
    }
    Set<String> sessions = open.compute(client, (key, set) -> {
      Set<String> now = set == null ? ConcurrentHashMap.newKeySet() : set;
      now.add(session);
      return now;
    });
    return sessions.size() <= concurrent
        ? Optional.empty()
        : Optional.of("too many connections at once from " + client + ": " + sessions.size());
  }

  @Override
  public void onQuit(SmtpSession session) {
    open.computeIfPresent(client(session), (key, sessions) -> {
      sessions.remove(session.id());
      return sessions.isEmpty() ? null : sessions;
    });
  }

  @Override
  public Verdict onMail(SmtpSession session) {
    return take(mails, session);
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    return take(recipients, session);
  }

  private Verdict take(Optional<Limit> limit, SmtpSession session) {
    if (exempt.covers(session)) {
      return Verdict.decline();
    }
    return limit
        .flatMap(set -> set.take(client(session)))
        .<Verdict>map(excess -> new Verdict.Temporary(
            SmtpReply.of(450, "4.7.1", "You send too much, try again later"), excess))
        .orElseGet(Verdict::decline);
  }

  @Override
  public Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
    if (exempt.covers(session)) {
      return Verdict.decline();
    }
    return refused
        .flatMap(limit -> limit.take(client(session)))
        .map(RateLimit::turnAway)
        .orElseGet(Verdict::decline);
  }

  private static Verdict turnAway(String excess) {
    return new Verdict.Disconnect(
        SmtpReply.of(421, "4.7.1", "Too much from you, try again later"), excess);
  }

  private String client(SmtpSession session) {
    return networks.of(session.remote().getAddress());
  }
}
