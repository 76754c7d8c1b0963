package org.mansio.queue.activemq.journal;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a file of the journal from its beginning. The journal writes batches: a control record, and behind it one record for
 * each transaction. What can't be read is kept beside the journal for the operator, and reading goes on at the next batch.
 */
final class JournalReplay {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

  /** Begins the names of files that keep what can't be read. */
  static final String DAMAGED = "damaged-";

  private static final byte[] BATCH = Journal.BATCH_CONTROL_RECORD_HEADER;

  private final int id;
  private final Path path;
  private final ByteBuffer in;
  private final Changes changes;

  /** Hears of the changes in the order in which they took place. */
  interface Changes {
    /** A record was added; its octets lie at this place of the file. */
    void added(RecordKind kind, int position, int length);

    /** The record whose octets lie at this place has ended; it may be unknown, since its file is gone. */
    void ended(int file, int position);
  }

  private JournalReplay(int id, Path path, ByteBuffer in, Changes changes) {
    this.id = id;
    this.path = path;
    this.in = in;
    this.changes = changes;
  }

  /**
   * Reads a file.
   *
   * @param from where a record begins
   * @param limit where it ends at the latest
   * @return where reading ended
   */
  static long read(int id, File file, int from, long limit, Changes changes) throws IOException {
    Path path = file.toPath();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long size = Math.min(limit, channel.size());
      ByteBuffer in = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
      in.position(Math.min(from, in.limit()));
      new JournalReplay(id, path, in, changes).read();
      return in.position();
    }
  }

  private void read() throws IOException {
    while (in.remaining() >= Journal.RECORD_HEAD_SPACE) {
      int start = in.position();
      int size = in.getInt(start);
      byte type = in.get(start + Integer.BYTES);
      if (isEnd(size, type)) {
        return;
      }
      if (isRecord(start, size, type)) {
        if (type == Journal.USER_RECORD_TYPE
            && !transaction(start + Journal.RECORD_HEAD_SPACE, start + size)) {
          // Its length may be what is wrong.
          int end = isBoundary(start + size) ? start + size : nextBatch(start + 1);
          keepAside(start, end);
          in.position(end);
        } else {
          in.position(start + size);
        }
      } else {
        int next = nextBatch(start + 1);
        keepAside(start, next);
        in.position(next);
      }
    }
  }

  /** Behind the last batch stands a mark, or nothing but zeros. */
  private static boolean isEnd(int size, byte type) {
    return size == Journal.EOF_INT && type == Journal.EOF_EOT || size == 0 && type == 0;
  }

  private boolean isBoundary(int at) {
    if (in.limit() - at < Journal.RECORD_HEAD_SPACE) {
      return true;
    }
    int size = in.getInt(at);
    byte type = in.get(at + Integer.BYTES);
    return isEnd(size, type) || isRecord(at, size, type);
  }

  private boolean isRecord(int start, int size, byte type) {
    boolean fits = size >= Journal.RECORD_HEAD_SPACE && size <= in.limit() - start;
    return fits
        && (type == Journal.USER_RECORD_TYPE
            || type == Journal.BATCH_CONTROL_RECORD_TYPE && isBatch(start));
  }

  private boolean isBatch(int start) {
    return in.limit() - start >= BATCH.length
        && in.slice(start, BATCH.length).equals(ByteBuffer.wrap(BATCH));
  }

  private int nextBatch(int from) {
    int start = from;
    while (start < in.limit() && !isBatch(start)) {
      start++;
    }
    return start;
  }

  private boolean transaction(int start, int end) {
    int begin = start + JournalTransaction.CHECKSUM;
    if (begin > end) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(in.slice(begin, end - begin));
    if (in.getInt(start) != (int) crc.getValue()) {
      return false;
    }
    int at = begin;
    while (at < end) {
      byte code = in.get(at++);
      if (code == JournalTransaction.END) {
        changes.ended(in.getInt(at), in.getInt(at + Integer.BYTES));
        at += 2 * Integer.BYTES;
      } else {
        int length = in.getInt(at);
        at += Integer.BYTES;
        Optional<RecordKind> kind = RecordKind.of(code);
        if (kind.isEmpty()) {
          return false;
        }
        changes.added(kind.get(), at, length);
        at += length;
      }
    }
    return true;
  }

  private void keepAside(int start, int end) throws IOException {
    Path aside = path.resolveSibling(DAMAGED + id + "-" + start);
    byte[] octets = new byte[end - start];
    in.get(start, octets);
    if (!Files.exists(aside) || !Arrays.equals(Files.readAllBytes(aside), octets)) {
      Files.write(aside, octets);
    }
    LOG.error(
        "{} octets of the queue's journal at {} in {} can't be read and are kept in {}",
        octets.length,
        start,
        path,
        aside.getFileName());
  }
}
