package org.mansio.protocols.smtpclient.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.smtpclient.RepeatedLine;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;

class ConversionTest {
  private static Conversion toSevenBit(String message) throws IOException {
    return Conversion.convert(
        Content.of(message.getBytes(StandardCharsets.ISO_8859_1)),
        BodyType.EIGHT_BIT_MIME,
        BodyType.SEVEN_BIT);
  }

  private static String converted(String message) throws IOException {
    return new String(
        ((Conversion.Converted) toSevenBit(message)).content().bytes(1 << 20),
        StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From alice Thu Jan 1\r\nSubject: x\r\n\r\n\u00e4\r\n",
        "Subject: x\r\nno field\r\nTo: y\r\n\r\n\u00e4\r\n",
        "Content-Type: multipart/mixed\r\n\r\n\u00e4\r\n",
        "Content-Type: message/partial; id=1\r\n\r\n\u00e4\r\n",
        "Content-Transfer-Encoding: x-uuencode\r\n\r\n\u00e4\r\n",
        "Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\n\u00e4\r\n--b--\r\n",
        "Content-Type: (c) multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\u00e4\r\n--b--\r\n",
        "Subject: \u00e4\r\n\r\nx\r\n",
        "Subject: a\rb\r\n\r\n\u00e4\r\n"
      })
  void whatCannotBeDoneWithoutDamageIsNotDone(String message) throws Exception {
    assertThat(toSevenBit(message))
        .isInstanceOfSatisfying(
            Conversion.Impossible.class,
            impossible -> assertThat(impossible.reason()).isNotBlank());
  }

  @Test
  void aMissingEndOfAMultipartIsAdded() throws Exception {
    assertThat(converted("MIME-Version: 1.0\r\n"
            + "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\n\r\n"
            + "\u00e4"))
        .endsWith("\r\n\r\n5A==\r\n--b--\r\n");
  }

  @Test
  void anEncodedPartOfBrokenLinesIsEncodedOnceMore() throws Exception {
    assertThat(converted("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\n" + "QUJD".repeat(400) + "\r\n"))
        .contains("Content-Transfer-Encoding: base64\r\n\r\n" + "QUJD".repeat(19) + "\r\n");
  }

  @Test
  void theSizeIsThatOfTheResult() throws Exception {
    Content content = ((Conversion.Converted)
            toSevenBit("Subject: x\r\n\r\nsome words and \u00e4\r\n"))
        .content();
    assertThat(content.size()).isEqualTo(content.bytes(1 << 20).length);
  }

  /** The test JVM has a heap of 1 GB: a conversion that buffered would not get to the end. */
  @Test
  void halfAGigabyteIsConvertedInLittleMemory() throws Exception {
    long size = 1L << 29;
    Content content = ((Conversion.Converted)
            Conversion.convert(umlauts(size), BodyType.EIGHT_BIT_MIME, BodyType.SEVEN_BIT))
        .content();
    try (InputStream in = content.open()) {
      assertThat(in.transferTo(java.io.OutputStream.nullOutputStream())).isEqualTo(content.size());
    }
    assertThat(content.size()).isGreaterThan(size * 4 / 3);
  }

  private static Content umlauts(long size) {
    byte[] line = ("\u00e4".repeat(62) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] head = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    return Content.prepend(head, new RepeatedLine(line, size), 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=b|a=3Db",
        ".x|=2Ex",
        "--boundary|=2D-boundary",
        "From here|=46rom here",
        "a.b-F|a.b-F",
        "a \\r\\nb|a=20\\r\\nb",
        "a\\t|a=09",
        "a\\rb|a=0Db",
        "a\\nb|a=0Ab",
        "a\\r|a=0D",
        "a\\r\\r\\nb|a=0D\\r\\nb"
      })
  void quotedPrintableEscapesWhatHostsMightChange(String text, String encoded) throws Exception {
    assertThat(quotedPrintable(escaped(text))).isEqualTo(escaped(encoded));
  }

  private static String escaped(String text) {
    return text.translateEscapes();
  }

  @Test
  void quotedPrintableBreaksLinesSoftly() throws Exception {
    assertThat(quotedPrintable("x".repeat(75) + "-\u00e4"))
        .isEqualTo("x".repeat(75) + "=\r\n=2D=E4");
    assertThat(quotedPrintable("x".repeat(73) + "\u00e4")).isEqualTo("x".repeat(73) + "=\r\n=E4");
  }

  private static String quotedPrintable(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (QuotedPrintableOutput encoder = new QuotedPrintableOutput(out)) {
      encoder.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
