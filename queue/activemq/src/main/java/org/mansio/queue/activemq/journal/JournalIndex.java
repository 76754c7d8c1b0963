package org.mansio.queue.activemq.journal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.activemq.store.kahadb.disk.journal.DataFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was alive at a place of the journal, in a file beside it, so that a start reads only what follows that place. It saves
 * time alone: without it, or when it is damaged, the whole journal is read.
 *
 * @param file the number of the file in which reading begins
 * @param offset and where
 * @param records what was alive there, from the oldest on
 */
record JournalIndex(int file, int offset, List<Known> records) {
  private static final Logger LOG = LoggerFactory.getLogger(JournalIndex.class);
  private static final String NAME = "index";
  private static final int FORMAT = 1;

  /** A record that was alive. */
  record Known(RecordKind kind, int file, int position, int length) {}

  /** Writes it in place of the former one; on stable storage when it returns. */
  void write(Path directory) throws IOException {
    Path fresh = directory.resolve(NAME + ".new");
    CRC32C crc = new CRC32C();
    try (FileOutputStream file = new FileOutputStream(fresh.toFile());
        DataOutputStream out = new DataOutputStream(
            new BufferedOutputStream(new CheckedOutputStream(file, crc), 1 << 16))) {
      out.writeInt(FORMAT);
      out.writeInt(file());
      out.writeInt(offset);
      out.writeInt(records.size());
      for (Known record : records) {
        out.writeByte(record.kind().code);
        out.writeInt(record.file());
        out.writeInt(record.position());
        out.writeInt(record.length());
      }
      out.flush();
      out.writeLong(crc.getValue());
      out.flush();
      file.getFD().sync();
    }
    Files.move(
        fresh,
        directory.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The index of a directory; empty when there is none that can be used.
   *
   * @param present the journal's files by their numbers
   * @param key the journal's
   */
  static Optional<JournalIndex> read(Path directory, Map<Integer, DataFile> present, JournalKey key)
      throws IOException {
    Optional<JournalIndex> index = read(directory);
    if (index.isPresent() && !index.get().fits(present, key)) {
      LOG.warn(
          "The index in {} is of another state of the journal and isn't used, so that the start takes longer",
          directory);
      return Optional.empty();
    }
    return index;
  }

  /** Whether the place is there from which it spares the reading: files may have been restored, or lost. */
  private boolean fits(Map<Integer, DataFile> present, JournalKey key) throws IOException {
    DataFile begin = present.get(file);
    return begin == null
        ? present.keySet().stream().allMatch(id -> id > file)
        : JournalReplay.isTransaction(begin.getFile(), offset, key);
  }

  private static Optional<JournalIndex> read(Path directory) {
    Path path = directory.resolve(NAME);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    CRC32C crc = new CRC32C();
    try (DataInputStream in = new DataInputStream(new CheckedInputStream(
        new BufferedInputStream(Files.newInputStream(path), 1 << 16), crc))) {
      if (in.readInt() != FORMAT) {
        return Optional.empty();
      }
      int file = in.readInt();
      int offset = in.readInt();
      int count = in.readInt();
      List<Known> records = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        RecordKind kind = RecordKind.of(in.readByte())
            .orElseThrow(() -> new IOException("a record of an unknown kind"));
        records.add(new Known(kind, in.readInt(), in.readInt(), in.readInt()));
      }
      long expected = crc.getValue();
      if (in.readLong() != expected) {
        throw new IOException("its checksum is wrong");
      }
      return Optional.of(new JournalIndex(file, offset, records));
    } catch (IOException e) {
      LOG.warn(
          "The index {} can't be used, so that the start takes longer: {}", path, e.toString());
      return Optional.empty();
    }
  }
}
