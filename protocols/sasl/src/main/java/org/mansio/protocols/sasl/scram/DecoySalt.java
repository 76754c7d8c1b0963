package org.mansio.protocols.sasl.scram;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.Digests;

/**
 * Salts for users who don't exist, or have no verifier: always the same for a name, so that nobody learns from asking twice
 * that there is none (RFC 5802 §9). They are made of a key that is kept, since real salts outlive a restart too. Thread-safe.
 */
final class DecoySalt {
  private static final int KEY_OCTETS = 32;
  // As long as the directories' own.
  private static final int SALT_OCTETS = 16;

  private final Path file;
  private byte @Nullable [] key;

  /** @param file made at the first use, for the server alone to read */
  DecoySalt(Path file) {
    this.file = file;
  }

  byte[] of(String login, ScramHash hash) {
    String text = hash.label() + " " + login.toLowerCase(Locale.ROOT);
    byte[] mac = Digests.hmac("HmacSHA256", key(), Digests.octets(text));
    return Arrays.copyOf(mac, SALT_OCTETS);
  }

  private synchronized byte[] key() {
    byte[] known = key;
    if (known == null) {
      try {
        known = readOrMake();
      } catch (IOException e) {
        throw new UncheckedIOException("the key file " + file + " can't be read or made", e);
      }
      key = known;
    }
    return known;
  }

  private byte[] readOrMake() throws IOException {
    try {
      return read();
    } catch (NoSuchFileException e) {
      return make();
    }
  }

  /** Complete on the disk before it has its name, which another mechanism may be about to read. */
  private byte[] make() throws IOException {
    byte[] made = new byte[KEY_OCTETS];
    new SecureRandom().nextBytes(made);
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file in a folder");
    Files.createDirectories(folder);
    // For its owner alone, as temporary files are.
    Path draft = Files.createTempFile(folder, file.getFileName().toString(), ".new");
    try {
      Files.write(draft, made, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
      // Unlike a move it never replaces a key that somebody else has just made.
      Files.createLink(file, draft);
      return made;
    } catch (FileAlreadyExistsException e) {
      return read();
    } finally {
      Files.delete(draft);
    }
  }

  private byte[] read() throws IOException {
    byte[] read = Files.readAllBytes(file);
    if (read.length != KEY_OCTETS) {
      throw new IOException("it has " + read.length + " octets instead of " + KEY_OCTETS
          + "; remove it, a new one is made");
    }
    return read;
  }
}
