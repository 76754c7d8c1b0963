package org.mansio.server.processor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;

/**
 * Ids of the parts of a mail that splits: the id it came in with, a dot, and a digest of where it split and for whom. The
 * same split yields the same id, so that a mail whose run is repeated after a crash is recognised by a delivery that had
 * it before; and the id doesn't grow however often a part splits again.
 */
final class PartId {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  /** 40 bits: parts of one mail collide with a chance of one in a million only among a thousand of them. */
  private static final int DIGITS = 8;

  private static final int BITS_PER_DIGIT = 5;
  private static final int MAX_BASE = 32 - DIGITS - 1;

  private PartId() {}

  static MailId derive(MailId parent, String processor, int position, List<Recipient> recipients) {
    MessageDigest digest = sha256();
    add(digest, parent.value());
    add(digest, processor);
    add(digest, Integer.toString(position));
    recipients.forEach(recipient -> add(digest, recipient.address().toString()));
    byte[] octets = digest.digest();
    long bits = 0;
    for (int i = 0; i < DIGITS * BITS_PER_DIGIT / Byte.SIZE; i++) {
      bits = (bits << Byte.SIZE) | (octets[i] & 0xFF);
    }
    StringBuilder id = new StringBuilder(base(parent.value())).append('.');
    for (int shift = (DIGITS - 1) * BITS_PER_DIGIT; shift >= 0; shift -= BITS_PER_DIGIT) {
      id.append(ALPHABET.charAt((int) (bits >>> shift) & 31));
    }
    return new MailId(id.toString());
  }

  private static String base(String parent) {
    int dot = parent.indexOf('.', 1);
    String base = dot < 0 ? parent : parent.substring(0, dot);
    return base.length() > MAX_BASE ? base.substring(0, MAX_BASE) : base;
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
