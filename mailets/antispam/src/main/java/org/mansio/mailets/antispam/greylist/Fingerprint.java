package org.mansio.mailets.antispam.greylist;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Stands for some texts: 128 bits of their SHA-256. Keeps the memory per entry small and the same whatever addresses come,
 * and no addresses on the disk.
 */
record Fingerprint(long high, long low) {
  static Fingerprint of(String... texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      ByteBuffer octets = ByteBuffer.wrap(digest.digest());
      return new Fingerprint(octets.getLong(), octets.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
