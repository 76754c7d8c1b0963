package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the journal needs beside being written, on a thread of its own: ends that were written without a sync are synced soon,
 * files that aren't needed go, the index follows the journal's growth, the journal is kept short, and one that was refused by
 * the disk is opened anew. Thread-safe.
 */
final class JournalUpkeep implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalUpkeep.class);

  /** How long an end stays without a sync when no mail comes. */
  private static final Duration PERIOD = Duration.ofMillis(200);

  private final JournalWriter writer;
  private final JournalReopening reopening;
  private final JournalCheckpoint checkpoint;
  private final JournalCompaction compaction;
  private final JournalRecovery recovery;
  private final JournalAfterSync afterSync;
  private final Thread thread;
  private volatile boolean stopped;
  /** Whether the operator knows that the disk refuses. */
  private boolean told;

  private JournalUpkeep(
      JournalWriter writer,
      JournalReopening reopening,
      JournalCheckpoint checkpoint,
      JournalRecovery recovery,
      JournalAfterSync afterSync) {
    this.writer = writer;
    this.reopening = reopening;
    this.checkpoint = checkpoint;
    this.compaction = new JournalCompaction(writer);
    this.recovery = recovery;
    this.afterSync = afterSync;
    this.thread = Thread.ofVirtual().name("queue-journal-upkeep").unstarted(this);
  }

  static JournalUpkeep start(
      JournalWriter writer,
      JournalReopening reopening,
      JournalCheckpoint checkpoint,
      JournalRecovery recovery,
      JournalAfterSync afterSync) {
    JournalUpkeep upkeep = new JournalUpkeep(writer, reopening, checkpoint, recovery, afterSync);
    upkeep.thread.start();
    return upkeep;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        Thread.sleep(writer.isBroken() ? reopening.rest() : PERIOD);
        look();
      }
    } catch (InterruptedException e) {
      LOG.debug("The journal is being closed");
    }
  }

  private void look() {
    try {
      if (writer.isBroken()) {
        reopening.run();
        LOG.info("The queue's journal can be written again");
        told = false;
      }
      afterSync.sync(writer);
      compaction.deleteEnded();
      checkpoint.writeWhenDue();
      if (recovery.isDone()) {
        compaction.shorten();
      }
    } catch (IOException | RuntimeException | Error e) {
      // Also when memory was short for a moment: without it the journal would never be opened
      // again.
      if (told) {
        LOG.debug("The queue's journal still can't be written: {}", e.toString());
      } else {
        LOG.warn(
            "The queue's journal can't be written; it is opened again when the disk takes writes: {}",
            e.toString());
      }
      told = writer.isBroken();
    }
  }

  void stop() {
    stopped = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
