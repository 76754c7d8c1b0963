package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kills a loaded queue at random moments; {@code -Dmansio.kill.rounds=200} for a long run. */
class KillTest {
  private static final Logger LOG = LoggerFactory.getLogger(KillTest.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir
  Path directory;

  @Test
  @Timeout(3600)
  void eachMailThatWasAcceptedIsDeliveredOrReturned() throws Exception {
    int rounds = Integer.getInteger("mansio.kill.rounds", 3);
    Random random = new Random();
    for (int round = 0; round < rounds; round++) {
      int until =
          CrashLoad.lines(directory, CrashLoad.ACCEPTED).size() + 200 + random.nextInt(1500);
      Process load = CrashLoad.fork(directory);
      try {
        await()
            .atMost(PATIENCE)
            .until(() -> !load.isAlive()
                || CrashLoad.lines(directory, CrashLoad.ACCEPTED).size() >= until);
        assertThat(load.isAlive())
            .as("the load still runs; see %s", directory.resolve("load.log"))
            .isTrue();
      } finally {
        load.destroyForcibly().waitFor();
      }
    }

    drain();

    List<String> done = CrashLoad.lines(directory, CrashLoad.DONE);
    LOG.info(
        "{} rounds: {} accepted, none lost, {} done more than once",
        rounds,
        CrashLoad.lines(directory, CrashLoad.ACCEPTED).size(),
        done.size() - new HashSet<>(done).size());
  }

  private Set<String> lost() throws IOException {
    Set<String> lost = new HashSet<>(CrashLoad.lines(directory, CrashLoad.ACCEPTED));
    CrashLoad.lines(directory, CrashLoad.DONE).forEach(lost::remove);
    return lost;
  }

  private void drain() throws Exception {
    MailQueue queue = CrashLoad.queue(directory, "1s");
    queue.open();
    try {
      ScriptedTransport transport = CrashLoad.prompt(
              new ScriptedTransport("test"), delivery -> CrashLoad.done(directory, delivery))
          .answer(CrashLoad.LATER, delivery -> CrashLoad.done(directory, delivery))
          .answer(CrashLoad.NEVER, ScriptedTransport::refused);
      CrashLoad.start(queue, directory, transport);
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
        queue.control().retry(QueueFilter.all());
        assertThat(lost()).isEmpty();
        assertThat(queue.control().counts())
            .allSatisfy(count -> assertThat(count.count()).isZero());
      });
    } finally {
      queue.close(Duration.ofSeconds(10));
    }
  }
}
