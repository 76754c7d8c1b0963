package org.mansio.server.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mail.MailAddress;

/**
 * Encrypts the passwords that can be read again, by AES-256-GCM (NIST SP 800-38D) under a key in a file of its own: who has
 * the database alone, or a copy of it, has no password. Each text is bound to its user. Thread-safe.
 */
final class SecretKeyFile {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_OCTETS = 32;
  private static final int NONCE_OCTETS = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private @Nullable SecretKeySpec key;

  /** @param file made when the first password is encrypted, for the server alone to read */
  SecretKeyFile(Path file) {
    this.file = file;
  }

  /** @throws DirectoryException when the key can't be read or made */
  String encrypt(MailAddress user, PreparedPassword password) {
    byte[] nonce = new byte[NONCE_OCTETS];
    RANDOM.nextBytes(nonce);
    byte[] plain = password.octets();
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, user, key(true)).doFinal(plain);
      byte[] all = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, all, nonce.length, sealed.length);
      return Base64.getEncoder().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CIPHER, e);
    } catch (IOException e) {
      throw DirectoryException.unavailable(
          "the key file " + file + " can't be read or made: " + e.getMessage(), e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * The password again.
   *
   * @throws GeneralSecurityException when it was encrypted under another key, for another user, or is damaged
   * @throws IOException when the key can't be read
   */
  String decrypt(MailAddress user, String text) throws GeneralSecurityException, IOException {
    byte[] all;
    try {
      all = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not base64", e);
    }
    if (all.length < NONCE_OCTETS) {
      throw new GeneralSecurityException("too short");
    }
    byte[] nonce = Arrays.copyOf(all, NONCE_OCTETS);
    byte[] plain = cipher(Cipher.DECRYPT_MODE, nonce, user, key(false))
        .doFinal(all, NONCE_OCTETS, all.length - NONCE_OCTETS);
    return new String(plain, StandardCharsets.UTF_8);
  }

  private static Cipher cipher(int mode, byte[] nonce, MailAddress user, SecretKeySpec key)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(user.toString().getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private synchronized SecretKeySpec key(boolean make) throws IOException {
    SecretKeySpec known = key;
    if (known == null) {
      known = new SecretKeySpec(octets(make), "AES");
      key = known;
    }
    return known;
  }

  private byte[] octets(boolean make) throws IOException {
    try {
      return read();
    } catch (NoSuchFileException e) {
      if (!make) {
        throw e;
      }
      return make();
    }
  }

  private byte[] read() throws IOException {
    byte[] read = Files.readAllBytes(file);
    if (read.length != KEY_OCTETS) {
      throw new IOException("it has " + read.length + " octets instead of " + KEY_OCTETS);
    }
    return read;
  }

  /** Complete on the disk before it has its name: a key that is lost makes all it encrypted worthless. */
  private byte[] make() throws IOException {
    byte[] made = new byte[KEY_OCTETS];
    RANDOM.nextBytes(made);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path draft =
        file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(draft);
    try (FileChannel channel = FileChannel.open(
        draft,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(made));
      channel.force(true);
    }
    try {
      // Unlike a move it never replaces a key that somebody else has just made.
      Files.createLink(file, draft);
      return made;
    } catch (FileAlreadyExistsException e) {
      return read();
    } finally {
      Files.delete(draft);
    }
  }
}
