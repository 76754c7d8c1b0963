package org.mansio.queue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which mail a crash may have left half done. A file says while the queue is at work how many mails its
 * consumers may have in hand, and else 0; more found at the start means that so many mails at the head of the spool may have been
 * delivered already. They are worked off like any other, since nobody can tell, and the trace marks them. Thread-safe.
 */
final class CrashMarker {
  private static final Logger LOG = LoggerFactory.getLogger(CrashMarker.class);

  private final Path file;
  private final int inHand;
  private final AtomicInteger suspects = new AtomicInteger();
  private volatile Instant began = Instant.MIN;

  /**
   * @param directory of the queue; exists by the time of {@link #begin}
   * @param inHand mails that the consumers have in hand at most
   */
  CrashMarker(Path directory, int inHand) {
    this.file = directory.resolve("at-work");
    this.inHand = inHand;
  }

  /**
   * Reads what the last run left and leaves word of this one.
   *
   * @return whether the last run broke off
   */
  boolean begin(Instant now) throws IOException {
    began = now;
    int left = left();
    suspects.set(left);
    if (left > 0) {
      LOG.warn("The last run didn't end cleanly: up to {} mails may be delivered twice", left);
    }
    write(inHand);
    return left > 0;
  }

  private int left() throws IOException {
    try {
      return Integer.parseInt(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return 0;
    } catch (NumberFormatException e) {
      // The crash came while the file was being written.
      return inHand;
    }
  }

  /** Over what is there, with the same length: that needs no room, and a start must be possible on a full disk. */
  private void write(int count) throws IOException {
    byte[] line = String.format("%9d\n", count).getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(line);
    }
  }

  /** Whether a mail taken out of the spool now was possibly in hand at a crash. @param arrival of the mail */
  boolean isSuspect(Instant arrival) {
    return arrival.isBefore(began) && suspects.get() > 0 && suspects.getAndDecrement() > 0;
  }

  /** All mail from before the start has been taken, and looked at by whoever took it. */
  void passed() {
    suspects.set(0);
  }

  /** The run ends cleanly. */
  void end() {
    try {
      write(0);
    } catch (IOException e) {
      LOG.warn("Can't write {}; the next start takes this run for a crash", file, e);
    }
  }
}
