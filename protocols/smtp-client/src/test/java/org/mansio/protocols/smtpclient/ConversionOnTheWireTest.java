package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

/** 8-bit and binary mail, and long lines, to hosts that take them and to hosts that don't. */
class ConversionOnTheWireTest extends ClientTest {
  private static final String EIGHT_BIT =
      "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
          + "Content-Transfer-Encoding: 8bit\r\n\r\nMany greetings: Gr\u00fc\u00dfe\r\n";
  private static final String BINARY =
      "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: image/png\r\n"
          + "Content-Transfer-Encoding: binary\r\n\r\n\0\r\n.\r\nMAIL\n.\n\rend";
  private static final Envelope BINARY_TO_BOB = toBob().withBody(BodyType.BINARY_MIME);

  private RecipientResult convert(Envelope envelope, String message) throws Exception {
    return send(smtp, envelope, content(message)).get(BOB);
  }

  private String taken() {
    assertThat(server.taken()).hasSize(1);
    return new String(
        server.taken().getFirst().text().getBytes(StandardCharsets.ISO_8859_1),
        StandardCharsets.UTF_8);
  }

  @Test
  void eightBitMailGoesAsItIsWhereItIsTaken() throws Exception {
    assertThat(convert(toBob(), EIGHT_BIT)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).contains(" BODY=8BITMIME");
    assertThat(taken()).isEqualTo(EIGHT_BIT);
  }

  @Test
  void eightBitMailIsEncodedWhereItIsNot() throws Exception {
    server.offering("PIPELINING", "SIZE");

    assertThat(convert(toBob(), EIGHT_BIT)).isInstanceOf(Delivered.class);
    assertThat(taken())
        .isEqualTo(
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Transfer-Encoding: quoted-printable\r\n\r\nMany greetings: Gr=C3=BC=C3=9Fe\r\n");
    assertThat(mailCommand())
        .isEqualTo("MAIL FROM:<alice@example.com> SIZE=" + taken().length());
  }

  @Test
  void eightBitMailWithoutMimeBecomesMime() throws Exception {
    server.offering("PIPELINING");

    assertThat(convert(toBob(), "Subject: x\r\n\r\nMany greetings: Gr\u00fc\u00dfe\r\n"))
        .isInstanceOf(Delivered.class);
    assertThat(taken())
        .isEqualTo(
            "Subject: x\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain; charset=unknown-8bit\r\n"
                + "Content-Transfer-Encoding: quoted-printable\r\n\r\nMany greetings: Gr=C3=BC=C3=9Fe\r\n");
  }

  /** A host that drops NULs would find the end of the data behind the second. */
  @Test
  void mailWithANulThatNoEncodingCoversIsReturned() throws Exception {
    String message = "Subject: x\0\r\n\r\nHello\r\n\0.\r\nMAIL FROM:<a@example.com>\r\n";

    assertThat(convert(toBob(), message))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.status()).hasToString("5.6.3"));
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void mailWithANulGoesAsItIsWhereBinaryMailIsTaken() throws Exception {
    server.offering("PIPELINING", "8BITMIME", "CHUNKING", "BINARYMIME");
    String message = "Subject: x\0\r\n\r\nHello\r\n\0.\r\n";

    assertThat(convert(toBob(), message)).isInstanceOf(Delivered.class);
    assertThat(taken()).isEqualTo(message);
  }

  @Test
  void binaryMailGoesInChunksOctetForOctetWhereItIsTaken() throws Exception {
    server.offering("PIPELINING", "SIZE", "8BITMIME", "CHUNKING", "BINARYMIME");

    assertThat(convert(BINARY_TO_BOB, BINARY)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).contains(" BODY=BINARYMIME");
    assertThat(taken()).isEqualTo(BINARY);
    assertThat(server.commands()).contains("BDAT " + BINARY.length() + " LAST");
    assertThat(server.commands()).doesNotContain("DATA");
  }

  @Test
  void binaryMailIsEncodedWhereItIsNot() throws Exception {
    for (String[] offer :
        new String[][] {{"8BITMIME"}, {"8BITMIME", "BINARYMIME"}, {"CHUNKING"}, {}}) {
      serve(FakeSmtpServer.smtp().offering(offer));
      assertThat(convert(BINARY_TO_BOB, BINARY)).isInstanceOf(Delivered.class);
      assertThat(mailCommand()).doesNotContain("BINARYMIME");
      assertThat(taken())
          .isEqualTo("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: image/png\r\n"
              + "Content-Transfer-Encoding: base64\r\n\r\nAA0KLg0KTUFJTAouCg1lbmQ=\r\n");
    }
  }

  @Test
  void aLongLineIsEncodedUnlessTheHostTakesBinaryMail() throws Exception {
    String message = "Subject: x\r\nMIME-Version: 1.0\r\n\r\n" + "x".repeat(999) + "\r\n";
    assertThat(convert(toBob(), message)).isInstanceOf(Delivered.class);
    assertThat(taken()).contains("Content-Transfer-Encoding: quoted-printable\r\n");
    assertThat(taken().lines()).allMatch(line -> line.length() <= 76);

    serve(FakeSmtpServer.smtp().offering("8BITMIME", "CHUNKING", "BINARYMIME"));
    assertThat(convert(toBob(), message)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).contains(" BODY=BINARYMIME");
    assertThat(taken()).isEqualTo(message);
  }

  private static String signed(String line) {
    return "MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=s;\r\n"
        + " protocol=\"application/pgp-signature\"\r\n\r\n--s\r\n\r\n" + line + "\r\n"
        + "--s\r\nContent-Type: application/pgp-signature\r\n\r\nsignature\r\n--s--\r\n";
  }

  @Test
  void signedMailIsReturnedRatherThanBroken() throws Exception {
    server.offering("PIPELINING");

    assertThat(convert(toBob(), signed("Gr\u00fc\u00dfe")))
        .isInstanceOfSatisfying(Failed.class, failed -> {
          assertThat(failed.status()).isEqualTo(status("5.6.3"));
          assertThat(failed.remoteMta()).isEmpty();
          assertThat(failed.diagnostic()).contains("multipart/signed");
        });
    assertThat(convert(toBob(), signed("Hello"))).isInstanceOf(Delivered.class);
  }

  @Test
  void theSignedPartOfAConvertedMailStays() throws Exception {
    server.offering("PIPELINING");
    String signed = signed("Hello").replace("MIME-Version: 1.0\r\n", "");
    String message = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\n\r\nMany greetings: Gr\u00fc\u00dfe\r\n--m\r\n"
        + signed
        + "\r\n--m--\r\n";

    assertThat(convert(toBob(), message)).isInstanceOf(Delivered.class);
    assertThat(taken())
        .contains("\r\n\r\nTWFueSBncmVldGluZ3M6IEdyw7zDn2U=\r\n--m\r\n")
        .contains("--m\r\n" + signed + "\r\n--m--\r\n");
  }

  @Test
  void aSignedMailWithALongLineGoesAsItIs() throws Exception {
    String message = signed("x".repeat(2000));
    assertThat(convert(toBob(), message)).isInstanceOf(Delivered.class);
    assertThat(taken()).isEqualTo(message);
  }

  @Test
  void anEnclosedMessageIsConvertedWithin() throws Exception {
    server.offering("PIPELINING");
    String message = "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n"
        + "Content-Transfer-Encoding: 8bit\r\n\r\n" + EIGHT_BIT;

    assertThat(convert(toBob(), message)).isInstanceOf(Delivered.class);
    assertThat(taken())
        .startsWith("MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n"
            + "Content-Transfer-Encoding: 7bit\r\n\r\nSubject: x\r\n")
        .endsWith(
            "Content-Transfer-Encoding: quoted-printable\r\n\r\nMany greetings: Gr=C3=BC=C3=9Fe\r\n");
  }

  @Test
  void aMessageThatMayNotBeEncodedIsReturned() throws Exception {
    server.offering("PIPELINING");
    String status =
        "MIME-Version: 1.0\r\nContent-Type: message/delivery-status\r\n\r\nX: \u00e4\r\n";

    assertThat(convert(toBob(), status).status()).isEqualTo(status("5.6.3"));
    assertThat(convert(toBob(), status.replace("delivery", "global-delivery")))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void eightBitHeaderFieldsCannotBeEncoded() throws Exception {
    server.offering("PIPELINING");

    RecipientResult result = convert(toBob(), "Subject: Gr\u00fc\u00dfe\r\n\r\nx\r\n");
    assertThat(result.status()).isEqualTo(status("5.6.3"));
    assertThat(result.diagnostic()).contains("a header field isn't ASCII");
  }

  @Test
  void internationalMailIsReturnedForTheExtensionItNeeds() throws Exception {
    server.offering("PIPELINING");

    RecipientResult result =
        convert(toBob().withSmtpUtf8(true), "Subject: Gr\u00fc\u00dfe\r\n\r\nx\r\n");
    assertThat(result.status()).isEqualTo(status("5.6.7"));
  }

  @Test
  void tooManyPartsAreReturned() throws Exception {
    server.offering("PIPELINING");
    StringBuilder deep = new StringBuilder("MIME-Version: 1.0\r\n");
    for (int i = 0; i < 200; i++) {
      deep.append("Content-Type: message/rfc822\r\n\r\n");
    }

    assertThat(convert(toBob(), deep + "X: y\r\n\r\n\u00e4\r\n").status())
        .isEqualTo(status("5.6.3"));
  }

  @Test
  void theConvertedSizeCountsAgainstTheHostsLimit() throws Exception {
    server.offering("SIZE " + (BINARY.length() + 3));

    assertThat(convert(BINARY_TO_BOB, BINARY).status()).isEqualTo(status("5.3.4"));
  }

  @Test
  void aConvertedMailIsReadAgainForEachTransaction() throws Exception {
    server.offering("LIMITS RCPTMAX=1");
    Content content = content(EIGHT_BIT);

    send(smtp, Envelope.of("alice@example.com", "bob@example.org", "carol@example.org"), content);
    assertThat(server.taken()).hasSize(2);
    assertThat(server.taken().get(0).octets()).isEqualTo(server.taken().get(1).octets());
  }
}
