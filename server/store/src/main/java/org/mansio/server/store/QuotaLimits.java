package org.mansio.server.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.mansio.spi.mail.Content;

/**
 * How much each user may store: a file {@code quota} beside the Maildir with a number of octets or {@code none}, and the
 * configured limit for users without that file. A file that was changed by hand counts after seconds. Thread-safe.
 */
final class QuotaLimits {
  private static final String FILE = "quota";
  private static final String NONE = "none";
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final int MAX_USERS = 100_000;

  private final Optional<Long> standard;
  private final Cache<Path, Optional<Long>> limits =
      Caffeine.newBuilder().maximumSize(MAX_USERS).expireAfterWrite(FRESH).build();

  /** @param standard octets for users without a limit of their own; empty: none */
  QuotaLimits(Optional<Long> standard) {
    this.standard = standard;
  }

  /** The limit in force, in octets. @param home the directory that holds the user's Maildir */
  Optional<Long> of(Path home) throws IOException {
    try {
      return limits.get(home, this::read);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Sets a user's own limit; empty: none, whatever is configured for others. */
  void set(Path home, Optional<Long> limit) throws IOException {
    Disk.createDirectories(home);
    Path written = home.resolve(FILE + ".new");
    Files.deleteIfExists(written);
    byte[] text =
        (limit.map(String::valueOf).orElse(NONE) + "\n").getBytes(StandardCharsets.US_ASCII);
    Disk.write(written, Content.of(text));
    Files.move(
        written,
        home.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Disk.sync(home);
    limits.invalidate(home);
  }

  private Optional<Long> read(Path home) {
    Path file = home.resolve(FILE);
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      return text.equals(NONE) ? Optional.empty() : Optional.of(Long.parseLong(text));
    } catch (NoSuchFileException e) {
      return standard;
    } catch (NumberFormatException e) {
      throw new UncheckedIOException(
          new IOException(file + " holds neither a number of octets nor '" + NONE + "'", e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
