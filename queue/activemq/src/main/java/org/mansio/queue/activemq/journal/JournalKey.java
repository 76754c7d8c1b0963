package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random octets that each transaction of a journal carries, and by which it is told from the octets of a mail: a mail may hold
 * whatever looks like a transaction, but its sender can't know these. They lie in a file beside the journal and, since all
 * transactions have them, are found again without it. Immutable.
 */
final class JournalKey {
  private static final Logger LOG = LoggerFactory.getLogger(JournalKey.class);

  /** 128 bits, so that no number of mails makes a guess likely. */
  static final int OCTETS = 16;

  private static final String NAME = "key";
  private static final int FIRST_TRANSACTION =
      Journal.BATCH_CONTROL_RECORD_SIZE + Journal.RECORD_HEAD_SPACE;

  private final byte[] octets;
  private final long beginning;

  private JournalKey(byte[] octets) {
    this.octets = octets;
    this.beginning = ByteBuffer.wrap(octets).getLong();
  }

  static JournalKey random() {
    byte[] octets = new byte[OCTETS];
    new SecureRandom().nextBytes(octets);
    return new JournalKey(octets);
  }

  /**
   * The key of the journal in a directory; made when there is no journal yet.
   *
   * @throws IOException when it can't be read or written, or when what lies there has no key
   */
  static JournalKey of(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    Optional<JournalKey> kept = read(file);
    if (kept.isPresent()) {
      return kept.get();
    }
    List<Path> written = UnusedFiles.written(directory);
    if (written.isEmpty()) {
      JournalKey fresh = random();
      fresh.write(directory);
      return fresh;
    }
    for (Path journal : written) {
      Optional<JournalKey> found = ofFirstTransaction(journal);
      if (found.isPresent()) {
        LOG.warn("{} is missing or damaged; the journal's key is taken from {}", file, journal);
        found.get().restore(directory);
        return found.get();
      }
    }
    throw new IOException(
        file
            + " is missing or damaged, and no file of the journal tells the key: restore it from a "
            + "backup. A journal of a build that had no key can't be read: drain it with that build, or move it away");
  }

  private static Optional<JournalKey> read(Path file) throws IOException {
    byte[] stored;
    try {
      stored = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    JournalKey key = new JournalKey(Arrays.copyOf(stored, OCTETS));
    return Arrays.equals(stored, key.stored()) ? Optional.of(key) : Optional.empty();
  }

  /** With a checksum, since with a wrong key nothing of the journal could be read. */
  private byte[] stored() {
    CRC32C crc = new CRC32C();
    crc.update(octets);
    return ByteBuffer.allocate(OCTETS + Integer.BYTES)
        .put(octets)
        .putInt((int) crc.getValue())
        .array();
  }

  private void restore(Path directory) {
    try {
      write(directory);
    } catch (IOException e) {
      // The disk may be full; the journal tells the key at the next start too.
      LOG.warn("Can't write {}: {}", directory.resolve(NAME), e.toString());
    }
  }

  private void write(Path directory) throws IOException {
    Path fresh = directory.resolve(NAME + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel out = FileChannel.open(
        fresh,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        ownerOnly(directory))) {
      ByteBuffer stored = ByteBuffer.wrap(stored());
      while (stored.hasRemaining()) {
        out.write(stored);
      }
      out.force(true);
    }
    Files.move(
        fresh,
        directory.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path directory) {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** A file begins with a batch, and that with a transaction; no mail can put anything there. */
  private static Optional<JournalKey> ofFirstTransaction(Path journal) throws IOException {
    byte[] octets = new byte[OCTETS];
    try (RandomAccessFile in = new RandomAccessFile(journal.toFile(), "r")) {
      if (in.length() < FIRST_TRANSACTION + OCTETS) {
        return Optional.empty();
      }
      in.seek(FIRST_TRANSACTION);
      in.readFully(octets);
    }
    JournalKey key = new JournalKey(octets);
    return JournalReplay.isTransaction(journal.toFile(), Journal.BATCH_CONTROL_RECORD_SIZE, key)
        ? Optional.of(key)
        : Optional.empty();
  }

  void putInto(ByteBuffer out) {
    out.put(octets);
  }

  /** Whether it stands at a place of a buffer that has so many octets there. */
  boolean isAt(ByteBuffer in, int at) {
    return in.getLong(at) == beginning && in.slice(at, OCTETS).equals(ByteBuffer.wrap(octets));
  }
}
