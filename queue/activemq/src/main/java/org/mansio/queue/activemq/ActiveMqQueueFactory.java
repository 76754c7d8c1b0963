package org.mansio.queue.activemq;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.mansio.queue.DurableMailQueue;
import org.mansio.queue.FreeSpace;
import org.mansio.queue.QueueSettings;
import org.mansio.queue.activemq.journal.JournalLog;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.outgoing.LaneLimits;
import org.mansio.queue.outgoing.LanePolicy;
import org.mansio.queue.outgoing.Outgoing.OutgoingSettings;
import org.mansio.queue.outgoing.RateLimits;
import org.mansio.queue.outgoing.RetrySchedule;
import org.mansio.spi.Environment;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.MailQueueFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.trace.TraceLog;

/** Makes the queue on ActiveMQ from its settings in {@code queue.xml}. */
public final class ActiveMqQueueFactory implements MailQueueFactory {
  static final Setting<String> DIRECTORY = Setting.text(
          "directory",
          "Where the queue lies: the journal and the bodies of large mail. Relative to the data directory. "
              + "Keep it on a local disk that honours syncs.")
      .defaultsTo("queue");

  static final Setting<String> BROKER_URL = Setting.of(
      "brokerUrl",
      BrokerUrl.TYPE,
      "The URL of an external ActiveMQ broker: tcp://host:port, ssl://host:port, or several such as"
          + " failover:(tcp://a:61616,tcp://b:61616). Empty: the queue lies in a journal of this server.");

  static final Setting<String> BROKER_USER = Setting.text(
      "brokerUser", "The user name at the external broker; empty when it asks for none.");

  static final Setting<String> BROKER_PASSWORD =
      Setting.secret("brokerPassword", "The password at the external broker.");

  static final Setting<String> BROKER_PASSWORD_FILE = Setting.text(
      "brokerPasswordFile",
      "A file with the password at the external broker as its first line, in place of brokerPassword; relative to the data "
          + "directory. It is read at each connection.");

  static final Setting<String> BROKER_TRUST = Setting.text(
      "brokerTrust",
      "The certificates that an external broker's must descend from (ssl:// in brokerUrl): PEM, or PKCS#12 with "
          + "brokerTrustPassword; relative to the data directory. Empty: those that Java trusts.");

  static final Setting<String> BROKER_TRUST_PASSWORD =
      Setting.secret("brokerTrustPassword", "The password of brokerTrust when it is PKCS#12.");

  static final Setting<String> BROKER_KEY = Setting.text(
      "brokerKey",
      "A PKCS#12 file with the certificate and key that this server shows to the external broker, with brokerKeyPassword; "
          + "relative to the data directory. Empty: none.");

  static final Setting<String> BROKER_KEY_PASSWORD =
      Setting.secret("brokerKeyPassword", "The password of brokerKey.");

  static final Setting<String> BODY_DIRECTORY = Setting.text(
      "bodyDirectory",
      "Where the bodies of large mail lie, and of deferred mail where an external broker is used. Servers that share a broker "
          + "need one that all of them reach; one whose bodies are elsewhere doesn't start. Empty: in directory.");

  static final Setting<Long> COMMITTERS = Setting.number(
          "committers",
          "Connections that write arriving mail, each with one transaction for all mail that waits at the time. More than 4 "
              + "bring nothing.",
          1,
          16)
      .defaultsTo("2");

  static final Setting<Long> SPOOL_CONSUMERS = Setting.number(
          "spoolConsumers",
          "Batches of up to 16 mails that are in the chain, or in their first delivery attempt straight from it, at once.",
          1,
          256)
      .defaultsTo("24");

  static final Setting<Long> ACTIVE_LIMIT = Setting.number(
          "activeLimit",
          "Delivery attempts at once, to all destinations together. A quarter is kept for destinations that have none under "
              + "way.",
          1,
          100_000)
      .defaultsTo("1000");

  static final Setting<Long> LANE_CONCURRENCY = Setting.number(
      "laneConcurrency",
      "Delivery attempts at once to one destination, at the most: how many there are adapts to what the destination bears. When"
          + " not set, the delivering mailet decides, mostly 20.",
      1,
      10_000);

  static final Setting<Long> INITIAL_CONCURRENCY = Setting.number(
          "initialConcurrency",
          "Delivery attempts at once to one destination until it is known how it bears them. Grows with the successes, up to"
              + " laneConcurrency, halves when the destination says that it has enough (421 and the like).",
          1,
          10_000)
      .defaultsTo("5");

  static final Setting<Duration> PATIENCE = Setting.duration(
          "firstAttemptPatience",
          "How long a mail stays in the spool while its first attempt is under way. When that is done in time, nothing more is "
              + "written; when not, the mail is written to the outgoing queue and the attempt goes on.")
      .defaultsTo("300ms");

  static final Setting<List<Duration>> RETRY_SCHEDULE = Setting.of(
          "retrySchedule",
          RetrySchedule.STEP,
          "The waits after each failed attempt: delays such as 5m, or several equal ones such as 3*10m, separated by commas; "
              + "each is up to a fifth longer, differently for each mail; the last one repeats until maxAge. RFC 5321 asks for at least 30 minutes in the long run.")
      .defaultsTo("5m, 10m, 20m, 40m, 80m, 160m, 4h")
      .repeated();

  static final Setting<Duration> MAX_AGE = Setting.duration(
          "maxAge",
          "How long after its arrival a mail is given up and returned. RFC 5321 asks for 4 to 5 days.")
      .defaultsTo("5d");

  static final Setting<List<Duration>> DELAY_WARNING = Setting.of(
          "delayWarning",
          RetrySchedule.WARNING,
          "At what age of a mail that isn't delivered yet its sender is told so, once for each; several are separated by "
              + "commas, 0 or off for never. A sender can ask not to be told (NOTIFY without DELAY).")
      .defaultsTo("4h")
      .repeated();

  static final Setting<Duration> FIRST_BACK_OFF = Setting.duration(
          "firstBackOff",
          "How long a destination that can't be reached rests as a whole; doubles with each further failure.")
      .defaultsTo("30s");

  static final Setting<Duration> LONGEST_BACK_OFF = Setting.duration(
          "longestBackOff", "The longest rest of a destination that can't be reached.")
      .defaultsTo("30m");

  static final Setting<Long> MIN_FREE_SPACE = Setting.size(
          "minFreeSpace",
          "How much of the queue's disk must be free for mail to be taken; below, it is refused with 452 until there is room.")
      .defaultsTo("100M");

  static final Setting<Long> QUEUE_LIMIT = Setting.number(
      "queueLimit",
      "How many mails may be in the queue of this server, one for each destination of a mail; beyond it more is refused with 452 "
          + "until some are gone. Of each the heap holds some 300 octets, the rest lies on the disk. When not set, as many as "
          + "the heap has room for: 1.4 million with the shipped 704 MB. Not with brokerUrl.",
      1,
      1_000_000_000);

  static final Setting<Long> INLINE_LIMIT = Setting.size(
          "inlineLimit",
          "The largest body that is kept in the queue's own records, at most 1M; larger ones lie in a file each.")
      .defaultsTo("64K");

  static final Setting<Long> MEMORY_LIMIT = Setting.size(
          "memoryLimit",
          "How much of an arriving message is kept in memory, at most 16M; what is larger goes to a file.")
      .defaultsTo("256K");

  private static final long MAX_INLINE = 1 << 20;
  private static final long MAX_MEMORY = 1 << 24;

  @Override
  public String name() {
    return "activemq";
  }

  @Override
  public String description() {
    return "The durable queue: in ActiveMQ's journal within the server, or on JMS in an external broker.";
  }

  @Override
  public SettingSchema settings() {
    SettingSchema schema = SettingSchema.of(
        DIRECTORY,
        BROKER_URL,
        BROKER_USER,
        BROKER_PASSWORD,
        BROKER_PASSWORD_FILE,
        BROKER_TRUST,
        BROKER_TRUST_PASSWORD,
        BROKER_KEY,
        BROKER_KEY_PASSWORD,
        BODY_DIRECTORY,
        COMMITTERS,
        SPOOL_CONSUMERS,
        ACTIVE_LIMIT,
        LANE_CONCURRENCY,
        INITIAL_CONCURRENCY,
        PATIENCE,
        RETRY_SCHEDULE,
        MAX_AGE,
        DELAY_WARNING,
        FIRST_BACK_OFF,
        LONGEST_BACK_OFF,
        MIN_FREE_SPACE,
        QUEUE_LIMIT,
        INLINE_LIMIT,
        MEMORY_LIMIT);
    return schema.with(DestinationSettings.GROUP);
  }

  @Override
  public MailQueue create(Settings settings, Environment environment, TraceLog trace)
      throws InvalidSettingException {
    Path directory = environment.data().resolve(settings.get(DIRECTORY));
    Path bodies = file(settings, environment.data(), BODY_DIRECTORY).orElse(directory);
    FreeSpace ofQueue = FreeSpace.of(directory);
    FreeSpace ofBodies = FreeSpace.of(bodies);
    return create(
        settings,
        environment.data(),
        directory,
        log(settings, environment.data(), directory, environment.hostname()),
        () -> Math.min(ofQueue.octets(), ofBodies.octets()),
        trace);
  }

  /** A queue in a directory of its own, which relative settings start at. */
  static MailQueue create(Settings settings, Path directory, FreeSpace space, TraceLog trace)
      throws InvalidSettingException {
    String server = String.valueOf(directory.getFileName());
    DurableLog log = log(settings, directory, directory, server);
    return create(settings, directory, directory, log, space, trace);
  }

  /** @param server its name among those at the broker, for people to read */
  static DurableLog log(Settings settings, Path data, Path directory, String server)
      throws InvalidSettingException {
    return settings.find(BROKER_URL).isPresent()
        ? new JmsLog(broker(settings, data), settings.get(COMMITTERS).intValue(), server)
        : new JournalLog(directory.resolve("journal"));
  }

  /** A queue over a log, whichever it is. */
  static MailQueue create(
      Settings settings, Path data, Path directory, DurableLog log, FreeSpace space, TraceLog trace)
      throws InvalidSettingException {
    requireAtMost(settings, INLINE_LIMIT, MAX_INLINE);
    requireAtMost(settings, MEMORY_LIMIT, MAX_MEMORY);
    List<Duration> delays =
        settings.all(RETRY_SCHEDULE).stream().flatMap(List::stream).toList();
    if (delays.isEmpty()) {
      throw new InvalidSettingException("retrySchedule needs at least one delay");
    }
    List<Duration> warnings =
        settings.all(DELAY_WARNING).stream().flatMap(List::stream).toList();
    LaneLimits limits = new LaneLimits(
        settings.get(ACTIVE_LIMIT).intValue(),
        settings.get(FIRST_BACK_OFF),
        settings.get(LONGEST_BACK_OFF));
    OptionalInt concurrency = settings
        .find(LANE_CONCURRENCY)
        .map(limit -> OptionalInt.of(limit.intValue()))
        .orElse(OptionalInt.empty());
    LanePolicy standard = new LanePolicy(
        concurrency,
        settings.get(INITIAL_CONCURRENCY).intValue(),
        RateLimits.NONE,
        new RetrySchedule(delays, settings.get(MAX_AGE), warnings));
    Path bodies = file(settings, data, BODY_DIRECTORY).orElse(directory);
    QueueSettings queue = new QueueSettings(
        directory,
        bodies,
        settings.get(MEMORY_LIMIT),
        settings.get(INLINE_LIMIT).intValue(),
        settings.get(MIN_FREE_SPACE),
        QueueLimit.of(settings),
        settings.get(SPOOL_CONSUMERS).intValue(),
        new OutgoingSettings(
            limits, DestinationSettings.read(settings, standard), settings.get(PATIENCE)));
    return new DurableMailQueue(queue, log, space, trace, InstantSource.system());
  }

  static Broker broker(Settings settings, Path data) throws InvalidSettingException {
    Optional<Path> passwordFile = file(settings, data, BROKER_PASSWORD_FILE);
    if (passwordFile.isPresent() && settings.find(BROKER_PASSWORD).isPresent()) {
      throw new InvalidSettingException(
          "brokerPassword and brokerPasswordFile: only one can be set");
    }
    BrokerAccess access = new BrokerAccess(
        settings.get(BROKER_URL),
        settings.find(BROKER_USER),
        new BrokerAccess.Secret(settings.find(BROKER_PASSWORD), passwordFile),
        file(settings, data, BROKER_TRUST),
        settings.find(BROKER_TRUST_PASSWORD),
        file(settings, data, BROKER_KEY),
        settings.find(BROKER_KEY_PASSWORD));
    try {
      return new ExternalBroker(access);
    } catch (URISyntaxException e) {
      throw new InvalidSettingException("brokerUrl isn't a URL: " + e.getReason());
    }
  }

  private static Optional<Path> file(Settings settings, Path data, Setting<String> setting) {
    return settings.find(setting).map(data::resolve);
  }

  private static void requireAtMost(Settings settings, Setting<Long> setting, long limit)
      throws InvalidSettingException {
    if (settings.get(setting) > limit) {
      throw new InvalidSettingException(setting.name() + " can be at most " + limit + " octets");
    }
  }
}
