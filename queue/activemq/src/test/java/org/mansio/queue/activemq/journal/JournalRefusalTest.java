package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.journal.Location;
import org.apache.activemq.util.ByteSequence;
import org.junit.jupiter.api.Test;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;

/** A journal whose disk refuses. */
class JournalRefusalTest extends JournalFixture {
  private final AtomicBoolean full = new AtomicBoolean();
  private final AtomicBoolean takesNothing = new AtomicBoolean();

  /** A journal on a disk that may be full. */
  private final class OnFullDisk extends Journal {
    @Override
    public Location write(ByteSequence data, Runnable onComplete) throws IOException {
      refuseWhenFull();
      return super.write(data, onComplete);
    }

    @Override
    public Location write(ByteSequence data, boolean sync) throws IOException {
      refuseWhenFull();
      return super.write(data, sync);
    }

    private void refuseWhenFull() throws IOException {
      if (full.get()) {
        throw new IOException("No space left on device");
      }
    }
  }

  @Override
  Journal journal() {
    return new OnFullDisk();
  }

  @Override
  void probe() throws IOException {
    if (takesNothing.get()) {
      throw new IOException("No space left on device");
    }
  }

  @Test
  void aFullDiskRefusesAndIsForgottenWhenThereIsRoom() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("before"));
    log.append(entry("entry"));
    full.set(true);

    assertThatThrownBy(() -> log.append(spool("refused")))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("No space left");
    assertThat(log.refusal()).contains(QueueException.Reason.UNAVAILABLE);
    SpoolReader reader = log.newSpoolReader();
    assertThat(take(reader, 1)).containsExactly("before");
    assertThatThrownBy(() -> reader.commit(entry("produced"), List.of()))
        .isInstanceOf(QueueException.class);
    reader.rollback();
    entries.get("entry").end();

    full.set(false);
    await().until(() -> log.refusal().equals(Optional.empty()));
    log.append(spool("after"));
    assertThat(spooled(log)).containsExactly("before", "after");
    log.close();
    assertThat(spooled(open(directory.resolve("log")))).containsExactly("before", "after");
    assertThat(entries).isEmpty();
  }

  @Test
  void aJournalIsNotOpenedAsLongAsTheDiskTakesNothing() throws Exception {
    AtomicInteger started = new AtomicInteger();
    JournalLog log = open(directory.resolve("log"), () -> {
      started.incrementAndGet();
      return new OnFullDisk();
    });
    full.set(true);
    takesNothing.set(true);
    assertThatThrownBy(() -> log.append(spool("refused"))).isInstanceOf(QueueException.class);

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> log.reopening().run()).hasMessageContaining("No space left");
    }

    assertThat(started).hasValue(1);
    full.set(false);
    takesNothing.set(false);
    log.reopening().run();
    assertThat(started).hasValue(2);
    log.append(spool("after"));
  }

  @Test
  void whileAJournalIsBeingOpenedAnewMailIsRefusedAtOnceAndWhatIsThereIsRead() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean waits = new AtomicBoolean();
    JournalLog log = open(directory.resolve("log"), () -> {
      if (waits.get()) {
        reading.countDown();
        awaitUninterruptibly(goOn);
      }
      return new OnFullDisk();
    });
    log.append(spool("before"));
    log.append(entry("ends"));
    full.set(true);
    takesNothing.set(true);
    assertThatThrownBy(() -> log.append(spool("refused"))).isInstanceOf(QueueException.class);
    waits.set(true);
    full.set(false);
    takesNothing.set(false);
    try {
      reading.await();

      assertThat(inTime(() -> {
            assertThatThrownBy(() -> log.append(spool("also refused")))
                .isInstanceOf(QueueException.class);
            entries.get("ends").end();
            return spooled(log);
          }))
          .containsExactly("before");
    } finally {
      goOn.countDown();
    }
    await().until(() -> log.refusal().equals(Optional.empty()));
    log.append(spool("after"));
    log.close();
    assertThat(spooled(open(directory.resolve("log")))).containsExactly("before", "after");
    assertThat(entries).isEmpty();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is done while something else stands still; a test that hung would say nothing. */
  private static <T> T inTime(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task.get(1, TimeUnit.MINUTES);
  }

  @Test
  void anEndThatTheDiskRefusedWhileNobodyWaitedTakesPlaceLater() throws Exception {
    JournalDisk disk = new JournalDisk();
    JournalLog log = open(directory.resolve("log"), disk::journal);
    log.append(entry("ends"));
    log.append(entry("stays"));
    disk.fill(0);
    entries.get("ends").end();
    AtomicBoolean durable = new AtomicBoolean();
    log.whenDurable(() -> durable.set(true));
    await().until(() -> disk.refused() > 0);
    assertThat(durable).isFalse();

    disk.free();

    await().untilTrue(durable);
    open(killed("killed"));
    assertThat(entries).containsOnlyKeys("stays");
  }
}
