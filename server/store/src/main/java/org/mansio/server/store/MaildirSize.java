package org.mansio.server.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.mansio.spi.mail.Content;

/**
 * The file {@code maildirsize} of the Maildir++ quota: its first line is the limit, each further line octets and messages
 * added or (negative) taken away. Counted anew from the files' names when it is missing, states another limit, has grown to
 * 5120 octets, or says "full" on grounds that may be outdated. The file is a soft count, as Maildir++ has it: what other
 * programs remove without a line is seen at the next counting. Thread-safe; the lines of one process are in order.
 */
final class MaildirSize {
  /** Of the Maildir++ quota specification. */
  static final int MAX_FILE = 5120;

  /** Of the Maildir++ quota specification: a count that isn't older is believed when it says "full". */
  static final Duration BELIEVED = Duration.ofMinutes(15);

  private static final String FILE = "maildirsize";
  private static final String TRASH = ".Trash";
  private static final int STRIPES = 256;

  private final Lock[] locks = new Lock[STRIPES];

  /** What the file says. @param lines without the first */
  private record Counted(long octets, int lines, Instant written) {}

  MaildirSize() {
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /**
   * Books octets that are about to be stored. To be taken back by {@link #release} when they aren't.
   *
   * @return false when they would exceed the limit; nothing is booked then
   */
  boolean reserve(Maildir inbox, long limit, long octets) throws IOException {
    Lock lock = lock(inbox);
    lock.lock();
    try {
      Counted counted = counted(inbox, limit);
      if (counted.octets() + octets > limit && mayBeOutdated(counted)) {
        counted = recount(inbox, limit);
      }
      if (counted.octets() + octets > limit) {
        return false;
      }
      append(inbox, octets, 1);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a booking back. */
  void release(Maildir inbox, long octets) throws IOException {
    append(inbox, -octets, -1);
  }

  /** Octets stored: from the file when there is a limit, else counted. */
  long used(Maildir inbox, Optional<Long> limit) throws IOException {
    if (limit.isEmpty() || !inbox.exists()) {
      return count(inbox)[0];
    }
    Lock lock = lock(inbox);
    lock.lock();
    try {
      return counted(inbox, limit.get()).octets();
    } finally {
      lock.unlock();
    }
  }

  private Lock lock(Maildir inbox) {
    return locks[Math.floorMod(inbox.path().hashCode(), STRIPES)];
  }

  private static boolean mayBeOutdated(Counted counted) {
    return counted.lines() > 1 || counted.written().isBefore(Instant.now().minus(BELIEVED));
  }

  private Counted counted(Maildir inbox, long limit) throws IOException {
    Path file = inbox.path().resolve(FILE);
    List<String> lines;
    try {
      if (Files.size(file) >= MAX_FILE) {
        return recount(inbox, limit);
      }
      lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      if (lines.isEmpty() || !lines.getFirst().strip().equals(definition(limit))) {
        return recount(inbox, limit);
      }
      long octets = 0;
      for (String line : lines.subList(1, lines.size())) {
        octets = Math.addExact(octets, Long.parseLong(line.strip().split("\\s+", 2)[0]));
      }
      return new Counted(
          octets, lines.size() - 1, Files.getLastModifiedTime(file).toInstant());
    } catch (NoSuchFileException | NumberFormatException | ArithmeticException e) {
      return recount(inbox, limit);
    }
  }

  private static String definition(long limit) {
    return limit + "S";
  }

  private Counted recount(Maildir inbox, long limit) throws IOException {
    long[] sum = count(inbox);
    String text = String.format(Locale.ROOT, "%s%n%12d %12d%n", definition(limit), sum[0], sum[1])
        .replace("\r", "");
    Path written = inbox.temporary().resolve(FILE + "." + UUID.randomUUID());
    Disk.write(written, Content.of(text.getBytes(StandardCharsets.US_ASCII)));
    Files.move(
        written,
        inbox.path().resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    return new Counted(sum[0], 1, Instant.now());
  }

  private static void append(Maildir inbox, long octets, int messages) throws IOException {
    String line = String.format(Locale.ROOT, "%12d %12d\n", octets, messages);
    // One write in append mode, so that lines of several programs don't mix.
    Files.writeString(
        inbox.path().resolve(FILE),
        line,
        StandardCharsets.US_ASCII,
        StandardOpenOption.WRITE,
        StandardOpenOption.APPEND);
  }

  /** Octets and messages of the inbox and all folders but the trash, without what is flagged as trashed. */
  private static long[] count(Maildir inbox) throws IOException {
    long[] sum = new long[2];
    add(inbox, sum);
    for (Maildir folder : inbox.folders()) {
      if (!Maildir.fileName(folder.path()).equals(TRASH)) {
        add(folder, sum);
      }
    }
    return sum;
  }

  private static void add(Maildir maildir, long[] sum) throws IOException {
    for (Path file : maildir.messages()) {
      if (!MessageName.isTrashed(Maildir.fileName(file))) {
        sum[0] += size(file);
        sum[1]++;
      }
    }
  }

  private static long size(Path file) throws IOException {
    Optional<Long> stated = MessageName.parse(Maildir.fileName(file)).size();
    if (stated.isPresent()) {
      return stated.get();
    }
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      // Moved or removed by its reader between listing and asking.
      return 0;
    }
  }
}
