package org.mansio.queue.activemq.journal;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.activemq.store.kahadb.disk.journal.Journal;

/**
 * Reads a file of the journal from its beginning to its end. The journal writes batches: a control record that says how long
 * the batch is, and behind it one record for each transaction, which has a checksum of its own. All transactions that are
 * whole are found, whatever lies between them: behind octets that can't be read, reading goes on where the journal's key stands
 * at the head of the next transaction. What was passed over is told.
 *
 * <p>The octets of a mail may look like anything, also like batches and transactions, but they don't hold the key. What a
 * control record says therefore decides only how damage is called, never what is read.
 */
final class JournalReplay {
  private static final byte[] BATCH = Journal.BATCH_CONTROL_RECORD_HEADER;

  /** Of a batch's control record the length of what follows it comes behind these, and then a checksum of eight octets. */
  private static final int CONTROL = Journal.BATCH_CONTROL_RECORD_SIZE;

  /** Of a transaction's record, in front of its content. */
  private static final int HEAD = Journal.RECORD_HEAD_SPACE + JournalTransaction.HEAD;

  private static final int MARK = Integer.BYTES + 1;
  private static final int UNKNOWN = -1;

  /** What is written at one go, with room: a length beyond it isn't taken for that of a batch that was cut off. */
  private static final long LONGEST = 4 << 20;

  /** Whoever asks only whether something can be read. */
  static final Changes NOTHING = new Changes() {
    @Override
    public void added(RecordKind kind, int position, int length) {
      // Nobody wants to know.
    }

    @Override
    public void ended(int file, int position) {
      // Likewise.
    }
  };

  private final int id;
  private final Path path;
  private final ByteBuffer in;
  private final JournalKey key;
  private final Changes changes;
  private final List<JournalDamage> damages = new ArrayList<>();
  /** Behind the last octet that isn't zero: files are made with zeros. */
  private final int written;
  /** Where the batch ends that is being read; unknown when its control record makes no sense or wasn't read. */
  private int batchEnd = UNKNOWN;

  /** Hears of the changes in the order in which they took place. */
  interface Changes {
    /** A record was added; its octets lie at this place of the file. */
    void added(RecordKind kind, int position, int length);

    /** The record whose octets lie at this place has ended; it may be unknown, since its file is gone. */
    void ended(int file, int position);
  }

  private JournalReplay(int id, Path path, ByteBuffer in, JournalKey key, Changes changes) {
    this.id = id;
    this.path = path;
    this.in = in;
    this.key = key;
    this.changes = changes;
    this.written = JournalTail.written(in, 0);
  }

  /**
   * Reads a file, or what of it is there.
   *
   * @param from where a batch or a record begins
   * @param key the journal's
   * @return where there was something that can't be read
   */
  static List<JournalDamage> read(int id, File file, int from, JournalKey key, Changes changes)
      throws IOException {
    Path path = file.toPath();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      ByteBuffer in =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
      return read(id, path, in, from, key, changes);
    }
  }

  /** Reads what a file holds. */
  static List<JournalDamage> read(
      int id, Path path, ByteBuffer in, int from, JournalKey key, Changes changes) {
    JournalReplay replay = new JournalReplay(id, path, in, key, changes);
    replay.read(from);
    return List.copyOf(replay.damages);
  }

  /** Whether a transaction that can be read begins at a place; what the index says is believed only then. */
  static boolean isTransaction(File file, int at, JournalKey key) throws IOException {
    try (FileChannel channel = FileChannel.open(file.toPath(), StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      ByteBuffer in =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
      JournalReplay replay = new JournalReplay(0, file.toPath(), in, key, NOTHING);
      return at >= 0 && replay.isTransaction(at);
    }
  }

  private void read(int from) {
    int at = from;
    while (at < written) {
      if (isTransaction(at)) {
        at = transaction(at);
      } else if (isBatch(at)) {
        batchEnd = endOfBatch(at);
        at += CONTROL;
      } else if (isEnd(at) && at >= batchEnd) {
        at = afterEnd(at);
      } else {
        at = afterDamage(at);
      }
    }
    if (at < batchEnd) {
      // The process died between two of the batch's transactions.
      damages.add(new JournalDamage(path, id, at, at, JournalDamage.Kind.CUT_OFF));
    }
  }

  /** What the control record says, when a batch can end there. */
  private int endOfBatch(int start) {
    if (in.limit() - start < CONTROL) {
      return UNKNOWN;
    }
    int first = start + CONTROL;
    long end = (long) first + in.getInt(start + BATCH.length);
    boolean isInside = end > first && end < written && isBoundary((int) end);
    boolean isCutOff = end >= written && end <= first + LONGEST;
    return isInside || isCutOff ? (int) end : UNKNOWN;
  }

  private boolean isBoundary(int at) {
    return isBatch(at) || isEnd(at);
  }

  /** Behind the last batch stands a mark, or nothing but zeros. */
  private boolean isEnd(int at) {
    if (in.limit() - at < MARK) {
      return true;
    }
    int size = in.getInt(at);
    byte type = in.get(at + Integer.BYTES);
    return isMark(in, at) || size == 0 && type == 0;
  }

  static boolean isMark(ByteBuffer in, int at) {
    return in.limit() - at >= MARK
        && in.getInt(at) == Journal.EOF_INT
        && in.get(at + Integer.BYTES) == Journal.EOF_EOT;
  }

  /** Normally nothing follows an end. @return where reading goes on */
  private int afterEnd(int at) {
    int behind = isMark(in, at) ? at + MARK : at;
    if (behind >= written) {
      return written;
    }
    int batch = nextBatch(behind);
    boolean gap = behind > at && JournalTail.isEmpty(in, behind, batch);
    int next = gap ? batch : nextTransaction(behind);
    tell(at, next, gap ? JournalDamage.Kind.GAP : JournalDamage.Kind.DAMAGED);
    return next;
  }

  /** @return where reading goes on */
  private int afterDamage(int at) {
    int next = nextTransaction(at + 1);
    tell(at, next, JournalDamage.Kind.DAMAGED);
    return next;
  }

  private void tell(int at, int next, JournalDamage.Kind kind) {
    boolean cutOff = next >= written && isCutOff(at);
    damages.add(new JournalDamage(
        path, id, at, Math.min(next, written), cutOff ? JournalDamage.Kind.CUT_OFF : kind));
  }

  /** Whether the file ends within a batch, as when the process died while it wrote: from there on it is as it was made. */
  private boolean isCutOff(int at) {
    return batchEnd > at
        ? batchEnd > written
        : isBeginning(at, BATCH) || isBeginning(at, Journal.EOF_RECORD) || isControlCutOff(at);
  }

  /** Whether nothing but the first octets of something is left. */
  private boolean isBeginning(int at, byte[] of) {
    int length = written - at;
    return length < of.length && in.slice(at, length).equals(ByteBuffer.wrap(of, 0, length));
  }

  private boolean isControlCutOff(int at) {
    return isBatch(at) && written - at < CONTROL;
  }

  /** Whether a transaction of this journal begins at a place, and is whole. */
  private boolean isTransaction(int at) {
    if (in.limit() - at < HEAD) {
      return false;
    }
    int size = in.getInt(at);
    return in.get(at + Integer.BYTES) == Journal.USER_RECORD_TYPE
        && size >= HEAD
        && size <= in.limit() - at
        && key.isAt(in, at + Journal.RECORD_HEAD_SPACE)
        && isWhole(at, size);
  }

  private boolean isWhole(int at, int size) {
    CRC32C crc = new CRC32C();
    crc.update(in.slice(at + HEAD, size - HEAD));
    return in.getInt(at + HEAD - Integer.BYTES) == (int) crc.getValue();
  }

  private boolean isBatch(int at) {
    return in.limit() - at >= BATCH.length
        && in.get(at + Integer.BYTES) == Journal.BATCH_CONTROL_RECORD_TYPE
        && in.slice(at, BATCH.length).equals(ByteBuffer.wrap(BATCH));
  }

  /** Where the next batch begins; behind what was written when there is none. */
  private int nextBatch(int from) {
    int start = from;
    while (start < written && !isBatch(start)) {
      start++;
    }
    return start;
  }

  /** Where the next whole transaction begins, or its batch; behind what was written when there is none. */
  private int nextTransaction(int from) {
    int start = from;
    while (start < written && !isTransaction(start)) {
      start++;
    }
    int batch = start - CONTROL;
    return start < written && batch >= from && isBatch(batch) ? batch : start;
  }

  /** Nothing of it counts when it holds something that this version doesn't know. @return where reading goes on */
  private int transaction(int start) {
    int end = start + in.getInt(start);
    int begin = start + HEAD;
    if (!walk(begin, end, NOTHING) || !walk(begin, end, changes)) {
      damages.add(new JournalDamage(path, id, start, end, JournalDamage.Kind.DAMAGED));
    }
    return end;
  }

  private boolean walk(int begin, int end, Changes told) {
    int at = begin;
    while (at < end) {
      byte code = in.get(at++);
      if (code == JournalTransaction.END) {
        told.ended(in.getInt(at), in.getInt(at + Integer.BYTES));
        at += 2 * Integer.BYTES;
      } else {
        int length = in.getInt(at);
        at += Integer.BYTES;
        Optional<RecordKind> kind = RecordKind.of(code);
        if (kind.isEmpty() || length < 0 || length > end - at) {
          return false;
        }
        told.added(kind.get(), at, length);
        at += length;
      }
    }
    return true;
  }
}
