package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.testkit.queue.RoutingChain;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three servers on one broker, of which one is killed under load. */
@Timeout(300)
class ThreeNodesTest {
  private static final Logger LOG = LoggerFactory.getLogger(ThreeNodesTest.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SENDERS = 2;
  private static final int BEFORE = 300;
  private static final int AFTER = 200;

  @TempDir
  Path directory;

  /** What the two servers in this process have done, by the local part of the recipient. */
  private final Queue<String> done = new ConcurrentLinkedQueue<>();

  /** Whom notices are about, by the notice's id. */
  private final Map<String, String> about = new ConcurrentHashMap<>();

  private BrokerProcess broker;

  @BeforeEach
  void startBroker() throws IOException {
    broker = BrokerProcess.start(directory);
  }

  @AfterEach
  void stopBroker() throws InterruptedException {
    broker.close();
  }

  @Test
  void theOthersGoOnAndNothingIsLost() throws Exception {
    try (SharedNode a = start("a");
        SharedNode b = start("b");
        OutputStream accepted =
            new FileOutputStream(directory.resolve(CrashLoad.ACCEPTED).toFile(), true)) {
      Process killed = CrashLoad.forkAt(broker.url(), directory, directory.resolve("c"));
      List<Thread> senders = new ArrayList<>();
      try {
        for (SharedNode node : List.of(a, b)) {
          for (int i = 0; i < SENDERS; i++) {
            senders.add(Thread.ofPlatform().start(() -> CrashLoad.send(node.queue(), accepted)));
          }
        }
        await()
            .atMost(PATIENCE)
            .until(() -> !killed.isAlive()
                || CrashLoad.lines(directory, CrashLoad.DONE).size() >= BEFORE
                    && done.size() >= BEFORE);
        assertThat(killed.isAlive()).as("see %s", directory.resolve("load.log")).isTrue();
      } finally {
        killed.destroyForcibly().waitFor();
      }

      int until = CrashLoad.lines(directory, CrashLoad.ACCEPTED).size() + AFTER;
      await()
          .atMost(PATIENCE)
          .until(() -> CrashLoad.lines(directory, CrashLoad.ACCEPTED).size() >= until);
      senders.forEach(Thread::interrupt);
      for (Thread sender : senders) {
        sender.join();
      }

      await().atMost(PATIENCE).untilAsserted(() -> {
        Set<String> lost = new HashSet<>(CrashLoad.lines(directory, CrashLoad.ACCEPTED));
        all().forEach(lost::remove);
        assertThat(lost).isEmpty();
        assertThat(a.control().list(QueueFilter.all())).isEmpty();
      });
      Set<String> twice = twice();
      Set<String> marked = Stream.of(a, b)
          .flatMap(node -> node.trace().events().stream())
          .filter(event -> event.kind() == TraceEvent.Kind.REPEATED)
          .map(event -> event.id().value())
          .map(id -> about.getOrDefault(id, id))
          .collect(Collectors.toSet());
      LOG.info(
          "one of three servers killed: {} accepted, none lost, {} done more than once, {} marked as perhaps repeated",
          CrashLoad.lines(directory, CrashLoad.ACCEPTED).size(),
          twice.size(),
          marked.size());
      assertThat(marked).as("what was done twice is marked").containsAll(twice);
    }
  }

  private List<String> all() throws IOException {
    return Stream.concat(CrashLoad.lines(directory, CrashLoad.DONE).stream(), done.stream())
        .toList();
  }

  private Set<String> twice() throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    all().forEach(id -> counts.merge(id, 1, Integer::sum));
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private SharedNode start(String name) throws Exception {
    ScriptedTransport transport = new ScriptedTransport("test");
    ScriptedTransport.Answer answer = delivery -> {
      delivery.mail().envelope().recipients().forEach(this::note);
      return ScriptedTransport.delivered(delivery);
    };
    CrashLoad.prompt(transport, answer)
        .answer(CrashLoad.LATER, answer)
        .answer(CrashLoad.NEVER, answer);
    RoutingChain chain = new RoutingChain("test");
    MailProcessor noting = mail -> {
      if (mail.processor().equals(RoutingChain.BOUNCES)) {
        mail.envelope().recipients().forEach(recipient -> {
          about.put(mail.id().value(), recipient.address().localPart());
          note(recipient);
        });
      }
      return chain.process(mail);
    };
    return SharedNode.start(
        directory, name, SharedNode.settings(directory, broker.url(), "1s"), noting, transport);
  }

  private void note(Recipient recipient) {
    done.add(recipient.address().localPart());
  }
}
