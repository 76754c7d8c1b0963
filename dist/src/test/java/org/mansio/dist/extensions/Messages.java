package org.mansio.dist.extensions;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/** Messages to send, and what is looked at of those that arrive. */
final class Messages {
  static final String ENVELOPE_ID = "QQ314159";
  static final byte[] PLAIN = message("Content-Type: text/plain", "Hello.\r\n");

  private Messages() {}

  static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  static byte[] message(String field, String body) {
    return ("From: Alice <alice@example.com>\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n"
            + "Message-ID: <" + body.hashCode() + "@test.example>\r\nMIME-Version: 1.0\r\n"
            + field + "\r\n\r\n" + body)
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] binary(String type, byte[] octets) {
    byte[] head = message("Content-Type: " + type + "\r\nContent-Transfer-Encoding: binary", "");
    byte[] whole = Arrays.copyOf(head, head.length + octets.length);
    System.arraycopy(octets, 0, whole, head.length, octets.length);
    return whole;
  }

  /** Octets of all kinds, more than one chunk's worth of lines that are none. */
  static byte[] octets() {
    byte[] octets = new byte[100_000];
    new Random(1).nextBytes(octets);
    return octets;
  }

  /** Each character is one octet. */
  static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  static String utf8(Taken taken) {
    return new String(taken.octets(), StandardCharsets.UTF_8);
  }
}
