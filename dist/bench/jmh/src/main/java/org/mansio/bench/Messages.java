package org.mansio.bench;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/** Messages as they come in practice, the same at each run. */
public final class Messages {
  private static final String HEADER = """
      Return-Path: <newsletter@lists.example.org>
      Received: from mx2.example.org (mx2.example.org [192.0.2.17])
      \tby mx.example.com with ESMTPS id 4F2C1A9B
      \tfor <someone@example.com>; Thu, 26 Nov 2026 10:15:30 +0100
      Received: from sender.example.org (sender.example.org [192.0.2.18])
      \tby mx2.example.org with ESMTPSA id 7D3E5F60; Thu, 26 Nov 2026 10:15:29 +0100
      DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=mail;
      \tt=1795770930; bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=;
      \th=From:To:Subject:Date:Message-ID; b=VQWxJ1JhrIXK1mq0r1l6w3yPZ0hn4gGZ8W
      From: "The Newsletter" <newsletter@lists.example.org>
      To: Someone <someone@example.com>
      Subject: =?UTF-8?Q?What_happened_in_November?=
      Date: Thu, 26 Nov 2026 10:15:28 +0100
      Message-ID: <20261126101528.7D3E5F60@example.org>
      MIME-Version: 1.0
      """.replace("\n", "\r\n");

  private static final String LINE =
      "The quick brown fox jumps over the lazy dog, and then it rests for a while.\r\n";

  // One in so many lines begins with a dot, or isn't ASCII.
  private static final int SPECIAL = 20;
  private static final int MIME_LINE = 76;

  private Messages() {}

  /** Header fields with an empty line behind them. */
  public static byte[] header() {
    return octets(HEADER + "\r\n");
  }

  /** Plain text of about so many octets. @param special what every twentieth line begins with */
  public static byte[] text(int size, String special) {
    return octets(
        HEADER + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + lines(size, special));
  }

  /** A multipart with text that isn't ASCII, its HTML twin, and a file in base64; about so many octets. */
  public static byte[] multipart(int size) {
    byte[] file = new byte[size / 2];
    new Random(1).nextBytes(file);
    String encoded = Base64.getMimeEncoder(MIME_LINE, octets("\r\n")).encodeToString(file);
    String text = lines(size / 6, "Grüße: ");
    return octets(HEADER
        + "Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n"
        + "Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + text
        + "\r\n--inner\r\n"
        + "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<pre>"
        + text
        + "</pre>\r\n--inner--\r\n--outer\r\n"
        + "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded
        + "\r\n--outer--\r\n");
  }

  private static String lines(int size, String special) {
    StringBuilder text = new StringBuilder(size + LINE.length());
    for (int number = 1; text.length() < size; number++) {
      text.append(number % SPECIAL == 0 ? special : "").append(LINE);
    }
    return text.toString();
  }

  /** In UTF-8. */
  public static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
