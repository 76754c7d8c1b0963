package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.queue.activemq.NodeMessage.Kind;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.spi.settings.Settings;

/** Shards that come from another server. */
@Timeout(300)
class ShardTakeOverTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir
  Path directory;

  /** Which shards it was told of that their holder broke off. */
  private static final class Listener implements EntryListener {
    final Set<Integer> broken = ConcurrentHashMap.newKeySet();

    @Override
    public void arrived(int shard, HeldRecord record, byte[] octets, boolean recovering) {
      // None comes.
    }

    @Override
    public void recovered(int shard, boolean all) {
      // The log knows by itself.
    }

    @Override
    public void broken(int shard) {
      broken.add(shard);
    }
  }

  private static void awaitShards(JmsLog log, int count) {
    await()
        .atMost(PATIENCE)
        .until(() -> IntStream.range(0, QueueNames.SHARDS).filter(log::owns).count() == count);
  }

  @Test
  void thoseOfAServerThatWasKilledAndIsBackAtOnceAreSuspect() throws Exception {
    Listener listener = new Listener();
    try (BrokerProcess broker = BrokerProcess.start(directory)) {
      Settings settings = Settings.ofTexts(
          new ActiveMqQueueFactory().settings(), Map.of("brokerUrl", broker.url()));
      JmsLog log = new JmsLog(ActiveMqQueueFactory.broker(settings, directory), 1, "a");
      log.bodiesIn("here");
      log.open(listener);
      try (TestVoice former = new TestVoice(broker, "b");
          TestVoice back = new TestVoice(broker, "b")) {
        awaitShards(log, QueueNames.SHARDS);
        former.answerWith(question -> question);
        awaitShards(log, QueueNames.SHARDS / 2);

        former.close();
        back.say(Kind.GREETING);
        await().atMost(PATIENCE).until(() -> log.peers().others().contains(back.self()));
        back.say(Kind.LEAVING);
        awaitShards(log, QueueNames.SHARDS);

        // A shard is here before its listener has heard of it.
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(listener.broken).hasSize(QueueNames.SHARDS / 2));
      } finally {
        log.close();
      }
    }
  }
}
