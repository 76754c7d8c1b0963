package org.mansio.queue.activemq;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.mansio.queue.FreeSpace;
import org.mansio.queue.log.DurableLog;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.MemoryTrace;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.ScriptedTransport;

/** One of several servers on a broker, in the test's own process. */
final class SharedNode implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final DurableLog log;
  private final MailQueue queue;
  private final MemoryTrace trace = new MemoryTrace();

  private SharedNode(Path directory, String name, Map<String, String> texts) throws Exception {
    Path own = directory.resolve(name);
    Settings settings = Settings.ofTexts(new ActiveMqQueueFactory().settings(), texts);
    log = ActiveMqQueueFactory.log(settings, own, own, name);
    queue = ActiveMqQueueFactory.create(settings, own, own, log, FreeSpace.of(own), trace);
  }

  /** The settings of a server whose bodies lie in {@code bodies} of a directory. */
  static Map<String, String> settings(Path directory, String url, String delay) {
    Map<String, String> texts = new HashMap<>();
    texts.put("brokerUrl", "failover:(" + url + ")");
    texts.put("bodyDirectory", directory.resolve("bodies").toString());
    texts.put("retrySchedule", delay);
    texts.put("firstBackOff", delay);
    return texts;
  }

  /** Opens one and starts it. @param directory of the test, in which {@code name} is this server's */
  static SharedNode start(
      Path directory,
      String name,
      Map<String, String> settings,
      MailProcessor chain,
      ScriptedTransport transport)
      throws Exception {
    SharedNode node = new SharedNode(directory, name, settings);
    node.queue.open();
    MemoryTransports transports = new MemoryTransports();
    transports.register(transport);
    node.queue.start(chain, transports);
    return node;
  }

  MailQueue queue() {
    return queue;
  }

  QueueControl control() {
    return queue.control();
  }

  MemoryTrace trace() {
    return trace;
  }

  /** How many shards of outgoing mail it has. */
  long shards() {
    return IntStream.range(0, QueueNames.SHARDS).filter(log::owns).count();
  }

  /** Whether it has the shard of a lane. */
  boolean owns(String lane) {
    return log.owns(log.shardOf(lane));
  }

  long count(QueueEntry.State state) {
    return control().counts().stream()
        .filter(count -> count.state() == state)
        .mapToLong(QueueControl.StateCount::count)
        .sum();
  }

  /** A mail whose body begins with its id, which is its recipient's local part too. */
  static SpooledMail mail(String domain, int size) {
    MailId id = MailId.next();
    byte[] body = Arrays.copyOf(id.value().getBytes(StandardCharsets.US_ASCII), size);
    return SpooledMail.arriving(
        id, Envelope.of("", id.value() + "@" + domain), Content.of(body), Origin.local());
  }

  @Override
  public void close() {
    queue.close(GRACE);
  }
}
