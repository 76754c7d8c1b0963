package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.mansio.queue.log.EntryListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of the outgoing entries that were at rest when the journal opened. A million of them take seconds, during which mail
 * is taken and delivered already, so this goes on behind the opening. Nothing is moved within the journal meanwhile, so that
 * files are read from their beginning to their end.
 */
final class JournalRecovery implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);

  private List<LiveRecord> resting;
  private final EntryListener listener;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean stopped;
  private boolean unread;

  private JournalRecovery(List<LiveRecord> resting, EntryListener listener) {
    this.resting = resting;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("queue-recovery").unstarted(this);
  }

  static JournalRecovery start(List<LiveRecord> resting, EntryListener listener) {
    JournalRecovery recovery = new JournalRecovery(resting, listener);
    recovery.thread.start();
    return recovery;
  }

  boolean isDone() {
    return done.getCount() == 0;
  }

  void await() throws InterruptedException {
    done.await();
  }

  @Override
  public void run() {
    long begin = System.nanoTime();
    int count;
    try (SequentialReader reader = new SequentialReader()) {
      for (LiveRecord record : resting) {
        if (stopped) {
          unread = true;
          return;
        }
        arrived(record, reader);
      }
    } catch (RuntimeException | Error e) {
      LOG.error("Outgoing mail can't be taken in: it stays where it is until the next start", e);
      unread = true;
    } finally {
      listener.recovered(0, !unread);
      count = resting.size();
      resting = List.of();
      done.countDown();
    }
    LOG.info(
        "{} outgoing entries were read in {} ms",
        count,
        Duration.ofNanos(System.nanoTime() - begin).toMillis());
  }

  private void arrived(LiveRecord record, SequentialReader reader) {
    byte[] octets;
    try {
      octets = reader.read(record.place());
    } catch (IOException e) {
      LOG.error("{} can't be read and stays until the next start", record.place(), e);
      unread = true;
      return;
    }
    listener.arrived(0, record, octets, true);
  }

  void stop() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
