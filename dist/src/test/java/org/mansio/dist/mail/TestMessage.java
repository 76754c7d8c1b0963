package org.mansio.dist.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message that can be told from any other and found again: lines of random text, some of them starting with dots, some
 * with characters beyond ASCII.
 *
 * @param id in Message-ID, without brackets
 */
public record TestMessage(String id, byte[] octets) {
  private static final int LINE = 72;
  private static final byte[] ALPHABET =
      ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 "
          .getBytes(StandardCharsets.US_ASCII);
  private static final Pattern MESSAGE_ID =
      Pattern.compile("^Message-ID: <([^>]+)>", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  /** Headers that a server puts in front on the way; those with X- are Postfix's and smtp-sink's. */
  private static final Set<String> TRACE = Set.of(
      "return-path",
      "received",
      "delivered-to",
      "x-original-to",
      "x-client-addr",
      "x-client-proto",
      "x-helo-args",
      "x-mail-args",
      "x-rcpt-args");

  /** Of about that many octets, never fewer than its headers take. */
  public static TestMessage of(String name, int size) {
    String id = name + "@test.example";
    ByteArrayOutputStream out = new ByteArrayOutputStream(size + LINE);
    out.writeBytes(("From: Alice <alice@example.org>\r\n"
            + "To: Bob <bob@example.org>\r\n"
            + "Subject: " + name + "\r\n"
            + "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\n"
            + "Message-ID: <" + id + ">\r\n"
            + "MIME-Version: 1.0\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\n"
            + "Content-Transfer-Encoding: 8bit\r\n"
            + "\r\n"
            + ".\r\n..\r\n.leading dot, Grüße, 郵便\r\n")
        .getBytes(StandardCharsets.UTF_8));
    Random random = new Random(name.hashCode());
    byte[] line = new byte[LINE];
    while (out.size() < size) {
      for (int i = 0; i < LINE - 2; i++) {
        line[i] = ALPHABET[random.nextInt(ALPHABET.length)];
      }
      line[LINE - 2] = '\r';
      line[LINE - 1] = '\n';
      out.writeBytes(line);
    }
    return new TestMessage(id, out.toByteArray());
  }

  /** The Message-ID of a message that arrived somewhere, without brackets. */
  public static String idOf(byte[] message) {
    String head =
        new String(message, 0, Math.min(message.length, 1 << 14), StandardCharsets.ISO_8859_1);
    Matcher found = MESSAGE_ID.matcher(head);
    return found.find() ? found.group(1) : "";
  }

  /** Whether the octets are this message with nothing but trace headers in front. */
  public boolean isWithTraceHeaders(byte[] arrived) {
    int added = arrived.length - octets.length;
    if (added <= 0 || !Arrays.equals(arrived, added, arrived.length, octets, 0, octets.length)) {
      return false;
    }
    String head = new String(arrived, 0, added, StandardCharsets.ISO_8859_1);
    List<String> names = Arrays.stream(head.split("\r\n"))
        .filter(line -> !line.isEmpty() && !Character.isWhitespace(line.charAt(0)))
        .map(line -> line.replaceFirst(":.*", "").toLowerCase(java.util.Locale.ROOT))
        .toList();
    return head.endsWith("\r\n") && names.contains("received") && TRACE.containsAll(names);
  }
}
