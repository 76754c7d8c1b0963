package org.mansio.protocols.sasl.scram;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.mansio.protocols.sasl.Digests;

/** A hash function of SCRAM (RFC 5802, RFC 7677), and its computations (RFC 5802 §3). */
public enum ScramHash {
  SHA_1("SHA-1", "HmacSHA1", 20),
  SHA_256("SHA-256", "HmacSHA256", 32),
  SHA_512("SHA-512", "HmacSHA512", 64);

  private final String label;
  private final String mac;
  private final int octets;

  ScramHash(String label, String mac, int octets) {
    this.label = label;
    this.mac = mac;
    this.octets = octets;
  }

  /** The name in SASL mechanisms, also of the digest in Java. */
  public String label() {
    return label;
  }

  /** The mechanism without channel binding. */
  public String mechanism() {
    return "SCRAM-" + label;
  }

  int octets() {
    return octets;
  }

  byte[] hash(byte[] data) {
    return Digests.digest(label, data);
  }

  byte[] hmac(byte[] key, String text) {
    return Digests.hmac(mac, key, Digests.octets(text));
  }

  /** SaltedPassword. @param password prepared */
  byte[] salted(String password, byte[] salt, int iterations) {
    char[] characters = password.toCharArray();
    try {
      // The JDK encodes the characters as UTF-8 here, as SCRAM wants.
      return SecretKeyFactory.getInstance("PBKDF2With" + mac)
          .generateSecret(new PBEKeySpec(characters, salt, iterations, octets * Byte.SIZE))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks PBKDF2 with " + label, e);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  byte[] clientKey(byte[] salted) {
    return hmac(salted, "Client Key");
  }

  byte[] serverKey(byte[] salted) {
    return hmac(salted, "Server Key");
  }

  static byte[] xor(byte[] one, byte[] other) {
    byte[] result = new byte[one.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (one[i] ^ other[i]);
    }
    return result;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
