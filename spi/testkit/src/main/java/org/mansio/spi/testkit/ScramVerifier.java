package org.mansio.spi.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.mansio.spi.directory.ScramCredentials;
import org.mansio.spi.mail.MailAddress;

/** Makes SCRAM verifiers (RFC 5802 §3) out of passwords at hand, with few iterations and a salt that the address gives. */
final class ScramVerifier {
  private static final int ITERATIONS = 4096;
  private static final int SALT_OCTETS = 16;

  private ScramVerifier() {}

  /** @param hash such as {@code SHA-256} */
  static ScramCredentials of(MailAddress user, String password, String hash) {
    String mac = "Hmac" + hash.replace("-", "");
    try {
      MessageDigest digest = MessageDigest.getInstance(hash);
      byte[] salt = Arrays.copyOf(
          digest.digest(user.toString().getBytes(StandardCharsets.UTF_8)), SALT_OCTETS);
      byte[] salted = SecretKeyFactory.getInstance("PBKDF2With" + mac)
          .generateSecret(new PBEKeySpec(
              password.toCharArray(), salt, ITERATIONS, digest.getDigestLength() * Byte.SIZE))
          .getEncoded();
      byte[] storedKey = digest.digest(hmac(mac, salted, "Client Key"));
      return new ScramCredentials(
          user, salt, ITERATIONS, storedKey, hmac(mac, salted, "Server Key"));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no SCRAM with " + hash, e);
    }
  }

  private static byte[] hmac(String algorithm, byte[] key, String text)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(key, algorithm));
    return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
  }
}
