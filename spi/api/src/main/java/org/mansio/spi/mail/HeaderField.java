package org.mansio.spi.mail;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One header field (RFC 5322 §2.2), octet for octet as it stands in the message.
 *
 * @param name without the colon, case kept
 * @param raw name, colon and folded value without the final line end; each character is one octet (ISO 8859-1), so that a
 *     field that nobody edits leaves as it came, whatever its charset
 */
public record HeaderField(String name, String raw) {
  public HeaderField {
    Objects.requireNonNull(name);
    Objects.requireNonNull(raw);
  }

  /**
   * A new field; the value is one logical line.
   *
   * @throws IllegalArgumentException when the name isn't {@code ftext} of RFC 5322 §3.6.8, or the value holds a CR or LF
   *     that doesn't belong to a fold: a header must not be a way to inject another
   */
  public static HeaderField of(String name, String value) {
    if (name.isEmpty() || !name.chars().allMatch(c -> c > 32 && c < 127 && c != ':')) {
      throw new IllegalArgumentException("not a header field name: " + name);
    }
    String rest = value.replace("\r\n ", "").replace("\r\n\t", "");
    if (rest.indexOf('\r') >= 0 || rest.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("line break in the value of header field " + name);
    }
    String octets = new String(
        (name + ": " + value).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return new HeaderField(name, octets);
  }

  /**
   * The value, unfolded (RFC 5322 §2.2.3), trimmed and read as UTF-8 (RFC 6532); encoded words (RFC 2047) stay encoded.
   */
  public String value() {
    String unfolded = raw.substring(raw.indexOf(':') + 1).replace("\r\n", "").replace("\n", "");
    return new String(unfolded.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
        .strip();
  }

  /** Whether this is the field of that name; names have no case. */
  public boolean is(String otherName) {
    return name.equalsIgnoreCase(otherName);
  }

  byte[] octets() {
    return (raw + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }
}
