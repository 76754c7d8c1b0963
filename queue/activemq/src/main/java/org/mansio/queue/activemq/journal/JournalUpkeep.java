package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the journal needs beside being written: ends that were written without a sync are synced soon, the index follows the
 * journal's growth, files in which nothing is alive are deleted, what lives in old files is moved when the journal has grown to a multiple of what is alive in it, and
 * a journal that was refused by the disk is opened anew.
 */
final class JournalUpkeep implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalUpkeep.class);

  /** How long an end stays without a sync when no mail comes. */
  private static final Duration PERIOD = Duration.ofMillis(200);

  /** How long a journal that the disk refused rests. */
  private static final Duration REST = Duration.ofSeconds(1);

  /** The journal may be so many times as long as what is alive in it, and so many files longer. */
  private static final int GROWTH = 2;

  private static final int ROOM = 4;

  /** Octets that are moved in one transaction: mail that comes meanwhile waits for no more. */
  private static final long MOVED_AT_ONCE = 256 << 10;

  private final JournalWriter writer;
  private final JournalRecovery recovery;
  private final JournalAfterSync afterSync;
  private final Thread thread;
  private volatile boolean stopped;
  /** Whether the operator knows that the disk refuses. */
  private boolean told;

  private JournalUpkeep(
      JournalWriter writer, JournalRecovery recovery, JournalAfterSync afterSync) {
    this.writer = writer;
    this.recovery = recovery;
    this.afterSync = afterSync;
    this.thread = Thread.ofVirtual().name("queue-journal-upkeep").unstarted(this);
  }

  static JournalUpkeep start(
      JournalWriter writer, JournalRecovery recovery, JournalAfterSync afterSync) {
    JournalUpkeep upkeep = new JournalUpkeep(writer, recovery, afterSync);
    upkeep.thread.start();
    return upkeep;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        Thread.sleep(writer.isBroken() ? REST : PERIOD);
        look();
      }
    } catch (InterruptedException e) {
      LOG.debug("The journal is being closed");
    }
  }

  private void look() {
    try {
      if (writer.isBroken()) {
        writer.reopen();
        LOG.info("The queue's journal can be written again");
        told = false;
      }
      afterSync.sync(writer);
      writer.deleteEnded();
      writer.index(false);
      if (recovery.isDone() && hasGrown()) {
        moveOldest();
      }
    } catch (IOException | RuntimeException e) {
      if (told) {
        LOG.debug("The queue's journal still can't be written: {}", e.toString());
      } else {
        LOG.warn("The queue's journal can't be written, trying each second: {}", e.toString());
      }
      told = writer.isBroken();
    }
  }

  private boolean hasGrown() {
    JournalWriter.Size size = writer.size();
    return size.files() > GROWTH * size.live() + size.file() * ROOM;
  }

  private void moveOldest() throws IOException {
    List<LiveRecord> some = new ArrayList<>();
    long octets = 0;
    for (LiveRecord record : writer.oldest()) {
      some.add(record);
      octets += record.length;
      if (octets > MOVED_AT_ONCE) {
        writer.move(some);
        some.clear();
        octets = 0;
      }
    }
    if (!some.isEmpty()) {
      writer.move(some);
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
