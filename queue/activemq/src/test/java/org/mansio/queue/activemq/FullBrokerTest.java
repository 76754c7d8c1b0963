package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.queue.FreeSpace;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.RoutingChain;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/** A broker whose store is full. */
@Timeout(300)
class FullBrokerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration BLOCKED = Duration.ofSeconds(4);
  private static final int STORE = 8 << 20;
  private static final int BODY = 60_000;
  /** Lies in a file. */
  private static final int LARGE = 200_000;

  /** More than fit. */
  private static final int MAILS = 3 * STORE / BODY;

  @TempDir
  Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mailIsRefusedForWantOfRoomUntilThereIsSome(boolean blocks) throws Exception {
    try (BrokerProcess broker = broker(blocks)) {
      broker.start();
      MailQueue queue = queue(broker);
      queue.open();
      try {
        Set<String> accepted = new HashSet<>();
        QueueException.Reason reason = fill(queue, accepted);
        assertThat(reason).isEqualTo(QueueException.Reason.FULL);
        await()
            .atMost(PATIENCE)
            .until(() -> queue.refusal().equals(Optional.of(QueueException.Reason.FULL))
                || enqueue(queue, accepted).equals(Optional.of(QueueException.Reason.FULL)));
        Set<String> delivered = start(queue);

        await().atMost(PATIENCE).until(() -> enqueue(queue, accepted).isEmpty());
        await().atMost(PATIENCE).until(() -> delivered.containsAll(accepted));
      } finally {
        queue.close(GRACE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aServerThatIsStartedAgainDeliversAndSoMakesRoom(boolean blocks) throws Exception {
    try (BrokerProcess broker = broker(blocks)) {
      broker.start();
      Set<String> accepted = new HashSet<>();
      MailQueue former = queue(broker);
      former.open();
      try {
        assertThat(fill(former, accepted)).isEqualTo(QueueException.Reason.FULL);
      } finally {
        former.close(GRACE);
      }
      MailQueue queue = queue(broker);
      queue.open();
      try {
        Set<String> delivered = start(queue);

        await().atMost(PATIENCE).until(() -> delivered.containsAll(accepted));
        await().atMost(PATIENCE).until(() -> enqueue(queue, accepted).isEmpty());
      } finally {
        queue.close(GRACE);
      }
    }
  }

  @Test
  void theBodyOfAMailThatWasRefusedForWantOfRoomGoes() throws Exception {
    try (BrokerProcess broker = broker(false)) {
      broker.start();
      MailQueue queue = queue(broker);
      queue.open();
      try {
        assertThat(fill(queue, new HashSet<>())).isEqualTo(QueueException.Reason.FULL);
        // Only then is the next one written at all, and refused by the broker itself.
        await().atMost(PATIENCE).until(() -> queue.refusal().isEmpty());

        QueueException refused = catchThrowableOfType(
            QueueException.class, () -> queue.enqueue(SharedNode.mail("a.example", LARGE)));

        assertThat(refused.reason()).isEqualTo(QueueException.Reason.FULL);
        try (Stream<Path> files = Files.walk(directory.resolve("blobs"))) {
          assertThat(files.filter(Files::isRegularFile).filter(file -> !file.endsWith("identity")))
              .isEmpty();
        }
      } finally {
        queue.close(GRACE);
      }
    }
  }

  /** @return which mails it delivers */
  private static Set<String> start(MailQueue queue) {
    Set<String> delivered = ConcurrentHashMap.newKeySet();
    ScriptedTransport transport = new ScriptedTransport("test").answer("a.example", delivery -> {
      delivered.add(delivery.mail().id().value());
      return ScriptedTransport.delivered(delivery);
    });
    MemoryTransports transports = new MemoryTransports();
    transports.register(transport);
    queue.start(new RoutingChain("test"), transports);
    return delivered;
  }

  private BrokerProcess broker(boolean blocks) {
    String store = "-D" + BrokerMain.STORE + "=" + STORE;
    List<String> options =
        blocks ? List.of(store, "-D" + BrokerMain.BLOCK + "=true") : List.of(store);
    return new BrokerProcess(directory, URI.create("tcp://127.0.0.1:0"), options, List.of());
  }

  private MailQueue queue(BrokerProcess broker) throws Exception {
    Settings settings = Settings.ofTexts(
        new ActiveMqQueueFactory().settings(),
        Map.of("brokerUrl", "failover:(" + broker.url() + ")"));
    JmsLog log = new JmsLog(ActiveMqQueueFactory.broker(settings, directory), 2, "a", BLOCKED);
    return ActiveMqQueueFactory.create(
        settings, directory, directory, log, FreeSpace.of(directory), TraceLog.none());
  }

  /** @return why it takes no more */
  private static QueueException.Reason fill(MailQueue queue, Set<String> accepted) {
    for (int i = 0; i < MAILS; i++) {
      Optional<QueueException.Reason> refused = enqueue(queue, accepted);
      if (refused.isPresent()) {
        return refused.get();
      }
    }
    throw new AssertionError("the broker took all of " + MAILS);
  }

  private static Optional<QueueException.Reason> enqueue(MailQueue queue, Set<String> accepted) {
    SpooledMail mail = SharedNode.mail("a.example", BODY);
    try {
      queue.enqueue(mail);
      accepted.add(mail.id().value());
      return Optional.empty();
    } catch (QueueException e) {
      return Optional.of(e.reason());
    }
  }
}
