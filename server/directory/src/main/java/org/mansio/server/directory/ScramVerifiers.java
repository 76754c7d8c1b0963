package org.mansio.server.directory;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes what a server keeps of a password for SCRAM (RFC 5802 §3). Thread-safe.
 *
 * @param hashes one verifier is made for each
 */
record ScramVerifiers(List<ScramHash> hashes, int iterations) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SALT_OCTETS = 16;

  /** A verifier; its arrays aren't to be changed. */
  record Verifier(ScramHash hash, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    @Override
    public String toString() {
      return "SCRAM-" + hash.label() + " verifier";
    }
  }

  /** Verifiers with fresh salts. @param password prepared */
  List<Verifier> of(PreparedPassword password) {
    return hashes.stream().map(hash -> make(hash, password, salt(), iterations)).toList();
  }

  private static byte[] salt() {
    byte[] salt = new byte[SALT_OCTETS];
    RANDOM.nextBytes(salt);
    return salt;
  }

  static Verifier make(ScramHash hash, PreparedPassword password, byte[] salt, int iterations) {
    char[] characters = password.text().toCharArray();
    try {
      // The JDK encodes the characters as UTF-8 here, as SCRAM wants.
      PBEKeySpec spec = new PBEKeySpec(characters, salt, iterations, hash.octets() * Byte.SIZE);
      byte[] salted = SecretKeyFactory.getInstance("PBKDF2With" + hash.mac())
          .generateSecret(spec)
          .getEncoded();
      byte[] clientKey = hmac(hash, salted, "Client Key");
      byte[] storedKey = MessageDigest.getInstance(hash.label()).digest(clientKey);
      return new Verifier(hash, salt, iterations, storedKey, hmac(hash, salted, "Server Key"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks PBKDF2 with " + hash.label(), e);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  private static byte[] hmac(ScramHash hash, byte[] key, String text)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(hash.mac());
    mac.init(new SecretKeySpec(key, hash.mac()));
    return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
  }
}
