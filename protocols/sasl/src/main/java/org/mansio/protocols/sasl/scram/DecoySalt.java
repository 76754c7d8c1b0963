package org.mansio.protocols.sasl.scram;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
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
      byte[] made = new byte[KEY_OCTETS];
      new SecureRandom().nextBytes(made);
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } catch (FileAlreadyExistsException other) {
        return read();
      }
      Files.write(file, made, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
      return made;
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
