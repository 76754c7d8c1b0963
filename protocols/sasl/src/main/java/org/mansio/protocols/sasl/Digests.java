package org.mansio.protocols.sasl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Digests of the JDK by name; a JDK without one of them can't run what calls this. */
public final class Digests {
  // HMAC fills a key up with zeros (RFC 2104 §2), and Java takes no empty one.
  private static final byte[] EMPTY_KEY = new byte[1];

  private Digests() {}

  /** @param algorithm such as {@code SHA-256} */
  public static byte[] digest(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks " + algorithm, e);
    }
  }

  /** @param algorithm such as {@code HmacSHA256} */
  public static byte[] hmac(String algorithm, byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key.length == 0 ? EMPTY_KEY : key, algorithm));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks " + algorithm, e);
    }
  }

  /** The octets of a text in UTF-8. */
  public static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
