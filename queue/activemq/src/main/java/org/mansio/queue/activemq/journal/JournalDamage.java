package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Octets of a journal's file in which no transaction can be read.
 *
 * @param path of the file
 * @param id the file's number
 * @param start where they begin in it
 * @param end where what follows them begins
 * @param kind what they look like
 */
record JournalDamage(Path path, int id, int start, int end, Kind kind) {
  private static final Logger LOG = LoggerFactory.getLogger(JournalDamage.class);

  /** Begins the names of files that keep what can't be read. */
  static final String ASIDE = "damaged-";

  enum Kind {
    /** The end of a last write that a crash cut off: nobody was told that it is durable. */
    CUT_OFF,

    /** Empty behind a mark of the end, and yet more follows: left by a write that the disk refused. */
    GAP,

    /** Something was there that may have been acknowledged. */
    DAMAGED
  }

  @Override
  public String toString() {
    return path + " from " + start + " to " + end;
  }

  /** Whether something may be missing that was acknowledged. */
  boolean mayMatter() {
    return kind == Kind.DAMAGED;
  }

  /**
   * Says so, with file and offset, and copies what may matter into a file of its own for the operator.
   *
   * @return whether it is in such a file now
   */
  boolean report() {
    switch (kind) {
      case CUT_OFF ->
        LOG.warn(
            "The last write to {} was cut off at {}: {} octets of it are left, which nobody was told to be durable",
            path,
            start,
            end - start);
      case GAP ->
        LOG.warn(
            "{} is empty from {} to {}: a write failed there, and later ones follow",
            path,
            start,
            end);
      case DAMAGED -> {
        return keepAside();
      }
    }
    return false;
  }

  private boolean keepAside() {
    Path aside = path.resolveSibling(ASIDE + id + "-" + start);
    try {
      byte[] octets = new byte[end - start];
      try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
        in.seek(start);
        in.readFully(octets);
      }
      if (!Files.exists(aside) || !Arrays.equals(Files.readAllBytes(aside), octets)) {
        Files.write(aside, octets);
      }
      LOG.error(
          "{} octets of the queue's journal at {} in {} can't be read and are kept in {}",
          octets.length,
          start,
          path,
          aside.getFileName());
      return true;
    } catch (IOException e) {
      // No reason not to start: all that can be read is there.
      LOG.error(
          "{} octets of the queue's journal at {} in {} can't be read, nor kept in {}: copy the file before the server "
              + "deletes it",
          end - start,
          start,
          path,
          aside.getFileName(),
          e);
      return false;
    }
  }
}
