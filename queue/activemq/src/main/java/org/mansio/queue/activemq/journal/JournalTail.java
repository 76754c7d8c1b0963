package org.mansio.queue.activemq.journal;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.activemq.store.kahadb.disk.journal.DataFile;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.journal.Location;

/**
 * The end of what was written to a journal. The journal goes on where the last batch ends that it finds whole, and writes over
 * whatever lies behind it: a batch that is damaged in one of its transactions only, or one behind a gap that a failed write
 * left. So when there is anything, writing begins in a file of its own.
 */
final class JournalTail {
  /** What is written at one go when a file is made. */
  private static final int CHUNK = 1 << 20;

  private JournalTail() {}

  /** Lets a journal that was just started begin a new file, unless nothing stands where it would write. */
  static void secure(Journal journal, JournalKey key) throws IOException {
    Location last = journal.getLastAppendLocation();
    DataFile file = journal.getDataFileById(last.getDataFileId());
    if (file != null
        && !(isWhole(file.getFile(), key)
            && isEmptyBehind(file.getFile().toPath(), file.getLength()))) {
      journal.rotateWriteFile();
    }
  }

  /** The journal takes a batch for whole whose control record was cut off within its checksum. */
  private static boolean isWhole(File file, JournalKey key) throws IOException {
    return JournalReplay.read(0, file, 0, key, JournalReplay.NOTHING).isEmpty();
  }

  private static boolean isEmptyBehind(Path path, int end) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      if (channel.size() <= end) {
        return true;
      }
      ByteBuffer in =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
      int behind = JournalReplay.isMark(in, end) ? end + Journal.EOF_RECORD.length : end;
      return written(in, behind) <= behind;
    }
  }

  /**
   * The place behind the last octet that isn't as the file was made: {@code from} when there is none. A file is made of zeros,
   * with a mark of the end at the beginning of each chunk.
   */
  static int written(ByteBuffer in, int from) {
    return written(in, from, in.limit());
  }

  private static int written(ByteBuffer in, int from, int to) {
    int end = to;
    while (true) {
      end = behindZeros(in, from, end);
      int mark = end - Journal.EOF_RECORD.length;
      if (mark < from || mark % CHUNK != 0 || !JournalReplay.isMark(in, mark)) {
        return end;
      }
      end = mark;
    }
  }

  private static int behindZeros(ByteBuffer in, int from, int to) {
    int end = to;
    while (end - from >= Long.BYTES && in.getLong(end - Long.BYTES) == 0) {
      end -= Long.BYTES;
    }
    while (end > from && in.get(end - 1) == 0) {
      end--;
    }
    return end;
  }

  /** Whether a place and all up to another one are as the file was made. */
  static boolean isEmpty(ByteBuffer in, int from, int to) {
    return written(in, from, to) == from;
  }
}
