package org.mansio.queue.activemq.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.log.HeldRecord;
import org.mansio.spi.queue.QueueException;

/**
 * A record that hasn't ended: where its octets lie, and its neighbours among the live records of that file. There is one for
 * each mail in the queue, so it holds nothing else. Fields are guarded by the writer's lock; a record of the oldest file may
 * be moved to the newest at any time.
 */
final class LiveRecord implements HeldRecord {

  /** A file can't be moved away under a reader more often than this in a row. */
  private static final int READ_TRIES = 10;

  private final JournalWriter writer;
  final RecordKind kind;
  final int length;

  @Nullable
  JournalFile file;

  int position;

  @Nullable
  LiveRecord previous;

  @Nullable
  LiveRecord next;

  LiveRecord(JournalWriter writer, RecordKind kind, int length) {
    this.writer = writer;
    this.kind = kind;
    this.length = length;
  }

  @Override
  public String id() {
    return place().toString();
  }

  RecordPlace place() {
    return writer.locate(this);
  }

  @Override
  public byte[] octets() throws QueueException {
    for (int tries = 1; ; tries++) {
      try {
        return place().read();
      } catch (IOException e) {
        if (tries == READ_TRIES) {
          throw JournalLog.unavailable("a record of the queue can't be read", e);
        }
      }
    }
  }

  @Override
  public void end() {
    writer.end(this);
  }
}
