package org.mansio.queue.activemq;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mansio.queue.FreeSpace;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.RoutingChain;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/**
 * A process that loads a queue until it is killed. What it was told is durable, and what it delivered, it writes to files
 * line by line: a line that was written survives the process.
 */
public final class CrashLoad {
  static final String NOW = "now.example";

  /** So many that each of some servers has shards with some of them. */
  static final List<String> PROMPT = Stream.concat(
          Stream.of(NOW), IntStream.range(0, 20).mapToObj(i -> "now" + i + ".example"))
      .toList();

  static final String LATER = "later.example";
  static final String NEVER = "never.example";
  static final String ACCEPTED = "accepted.log";
  static final String DONE = "done.log";

  private static final int SENDERS = 16;
  private static final int LARGE = 100_000;
  private static final Duration REFUSED = Duration.ofMillis(10);

  private CrashLoad() {}

  /**
   * Starts one in a JVM of its own, which writes its log to {@code load.log}.
   *
   * @param directory for what it notes
   * @param settings of its queue, {@code name=value} each
   */
  static Process fork(Path directory, String... settings) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        System.getProperty("java.home") + "/bin/java",
        "-Xmx256m",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        CrashLoad.class.getName(),
        directory.toString()));
    command.addAll(List.of(settings));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(directory.resolve("load.log").toFile()))
        .start();
  }

  /** Starts one that shares a broker. @param own its own directory; {@code bodies} beside is that of all */
  static Process forkAt(String brokerUrl, Path directory, Path own) throws IOException {
    return fork(
        directory,
        "directory=" + Files.createDirectories(own),
        "brokerUrl=failover:(" + brokerUrl + ")",
        "bodyDirectory=" + directory.resolve("bodies"));
  }

  /** What was noted. @param file {@link #ACCEPTED} or {@link #DONE} */
  static List<String> lines(Path directory, String file) throws IOException {
    Path path = directory.resolve(file);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }

  /** @param arguments the directory for what it notes, then the settings of the queue, {@code name=value} each */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    try (OutputStream accepted =
        new FileOutputStream(directory.resolve(ACCEPTED).toFile(), true)) {
      Map<String, String> more = new HashMap<>();
      for (String argument : List.of(arguments).subList(1, arguments.length)) {
        more.put(
            argument.substring(0, argument.indexOf('=')),
            argument.substring(argument.indexOf('=') + 1));
      }
      Path own = Path.of(more.getOrDefault("directory", directory.toString()));
      more.remove("directory");
      MailQueue queue = queue(own, "1s", more, TraceLog.none());
      queue.open();
      ScriptedTransport transport =
          new ScriptedTransport("test").answer(NEVER, ScriptedTransport::refused);
      // Every second attempt for this destination is deferred, so that entries come and change all
      // the time.
      transport.answer(
          LATER,
          delivery -> ThreadLocalRandom.current().nextBoolean()
              ? ScriptedTransport.deferred(delivery)
              : done(directory, delivery));
      prompt(transport, delivery -> done(directory, delivery));
      start(queue, directory, transport);
      Thread[] senders = new Thread[SENDERS];
      for (int i = 0; i < SENDERS; i++) {
        senders[i] = Thread.ofPlatform().start(() -> send(queue, accepted));
      }
      for (Thread sender : senders) {
        sender.join();
      }
    }
  }

  static MailQueue queue(Path directory, String delay) throws Exception {
    return queue(directory, delay, Map.of(), TraceLog.none());
  }

  static MailQueue queue(Path directory, String delay, Map<String, String> more, TraceLog trace)
      throws Exception {
    Map<String, String> texts = new HashMap<>(more);
    texts.put("retrySchedule", delay);
    texts.put("firstBackOff", delay);
    Settings settings = Settings.ofTexts(new ActiveMqQueueFactory().settings(), texts);
    return ActiveMqQueueFactory.create(settings, directory, FreeSpace.of(directory), trace);
  }

  static void start(MailQueue queue, Path directory, ScriptedTransport transport) {
    MemoryTransports transports = new MemoryTransports();
    transports.register(transport);
    queue.start(noting(recipient -> note(directory, recipient)), transports);
  }

  /** A chain that notes whose mail came back. */
  static MailProcessor noting(Consumer<Recipient> returned) {
    RoutingChain chain = new RoutingChain("test");
    return mail -> {
      if (mail.processor().equals(RoutingChain.BOUNCES)) {
        mail.envelope().recipients().forEach(returned);
      }
      return chain.process(mail);
    };
  }

  static DeliveryReport done(Path directory, Delivery delivery) throws IOException {
    byte[] content = delivery.mail().content().bytes(LARGE + 1);
    String id = delivery.mail().id().value();
    if (!new String(content, 0, id.length(), StandardCharsets.US_ASCII).equals(id)) {
      throw new IOException("the body of " + id + " isn't its own");
    }
    delivery.mail().envelope().recipients().forEach(recipient -> note(directory, recipient));
    return ScriptedTransport.delivered(delivery);
  }

  private static void note(Path directory, Recipient recipient) {
    try (OutputStream log = new FileOutputStream(directory.resolve(DONE).toFile(), true)) {
      log.write((recipient.address().localPart() + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What all destinations answer that don't put mail off. */
  static ScriptedTransport prompt(ScriptedTransport transport, ScriptedTransport.Answer answer) {
    PROMPT.forEach(domain -> transport.answer(domain, answer));
    return transport;
  }

  private static String destination(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> LATER;
      case 1 -> NEVER;
      default -> PROMPT.get(random.nextInt(PROMPT.size()));
    };
  }

  /** Sends until the thread is interrupted. */
  static void send(MailQueue queue, OutputStream accepted) {
    try {
      while (!Thread.interrupted()) {
        if (queue.refusal().isPresent()) {
          // A session would be told to come again; one that asked without a pause would starve the
          // rest.
          LockSupport.parkNanos(REFUSED.toNanos());
          continue;
        }
        MailId id = MailId.next();
        String domain = destination(ThreadLocalRandom.current());
        int size = ThreadLocalRandom.current().nextInt(20) == 0 ? LARGE : 2000;
        byte[] body = new byte[size];
        byte[] name = id.value().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, body, 0, name.length);
        try {
          queue.enqueue(SpooledMail.arriving(
              id, Envelope.of("", id.value() + "@" + domain), Content.of(body), Origin.local()));
        } catch (QueueException e) {
          continue;
        }
        accepted.write((id.value() + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (Exception e) {
      throw new IllegalStateException("the load ends", e);
    }
  }
}
