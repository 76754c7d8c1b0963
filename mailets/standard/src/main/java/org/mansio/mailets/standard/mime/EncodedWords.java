package org.mansio.mailets.standard.mime;

import java.nio.charset.StandardCharsets;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.codec.EncoderUtil;
import org.apache.james.mime4j.util.MimeUtil;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.settings.InvalidSettingException;

/** Header text as people read it (RFC 2047). Thread-safe. */
public final class EncodedWords {
  /** Lines longer than this are folded: RFC 5322 §2.1.1 recommends 78 characters. */
  private static final int LINE = 76;

  private EncodedWords() {}

  /** The text with its encoded words decoded; words that can't be decoded stay as they are. */
  public static String decode(String text) {
    return DecoderUtil.decodeEncodedWords(text, DecodeMonitor.SILENT, StandardCharsets.UTF_8);
  }

  /** The text in ASCII, with encoded words where it has other characters; unchanged when it is ASCII. */
  public static String encode(String text) {
    return isAscii(text) ? text : EncoderUtil.encodeEncodedWord(text, EncoderUtil.Usage.TEXT_TOKEN);
  }

  /**
   * A field of unstructured text (RFC 5322 §2.2.1), encoded and folded.
   *
   * @param text line breaks become blanks
   * @throws IllegalArgumentException when the name isn't a field name
   */
  public static HeaderField field(String name, String text) {
    String encoded = encode(text.replaceAll("[\\r\\n]+", " "));
    return HeaderField.of(
        name, name.length() + 2 + encoded.length() <= LINE ? encoded : fold(name, encoded));
  }

  /** Such a field with name and text from the configuration. */
  public static HeaderField configuredField(String name, String text)
      throws InvalidSettingException {
    if (!name.matches("[\\x21-\\x39\\x3b-\\x7e]+")) {
      throw new InvalidSettingException("'" + name + "' isn't the name of a header field");
    }
    return field(name, text);
  }

  private static String fold(String name, String text) {
    return MimeUtil.fold(text, name.length() + 2);
  }

  /** Whether all characters are below 128. */
  public static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
