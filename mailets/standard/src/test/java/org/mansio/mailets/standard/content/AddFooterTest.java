package org.mansio.mailets.standard.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.testkit.FakeMail;

class AddFooterTest {
  private static FakeMail mail(String text) {
    return FakeMail.from("a@example.org").to("b@example.net").text(text);
  }

  private static FakeMail withFooter(FakeMail mail, String footer) throws Exception {
    new Chain().run(mail, "AddFooter", Map.of("text", footer));
    return mail;
  }

  private static String raw(FakeMail mail) throws Exception {
    return new String(mail.message().content().bytes(1 << 20), StandardCharsets.ISO_8859_1)
        .replace("\r\n", "\n");
  }

  private static org.apache.james.mime4j.dom.Message parsed(FakeMail mail) throws Exception {
    return new DefaultMessageBuilder().parseMessage(mail.message().content().open());
  }

  private static String textOf(Entity entity) throws Exception {
    return new String(
            ((TextBody) entity.getBody()).getInputStream().readAllBytes(), entity.getCharset())
        .replace("\r\n", "\n");
  }

  @Test
  void plainTextGetsItAtItsEnd() throws Exception {
    assertThat(raw(withFooter(mail("Subject: x\n\nHello\n"), "The firm")))
        .isEqualTo("Subject: x\n\nHello\nThe firm\n");
    assertThat(raw(withFooter(mail("Subject: x\n\nno line end"), "a\nb")))
        .isEqualTo("Subject: x\n\nno line end\na\nb\n");
  }

  @Test
  void sevenBitTextBecomesQuotedPrintableWhereTheFooterNeedsIt() throws Exception {
    FakeMail mail = withFooter(mail("Subject: x\n\nHello = you\n"), "Grüße");
    assertThat(mail.message().headers().value("Content-Transfer-Encoding"))
        .contains("quoted-printable");
    assertThat(mail.message().headers().value("MIME-Version")).contains("1.0");
    assertThat(raw(mail)).isASCII();
    assertThat(textOf(parsed(mail))).isEqualTo("Hello = you\nGrüße\n");
  }

  @Test
  void theCharsetOfThePartIsKeptWhereItHoldsTheFooter() throws Exception {
    FakeMail mail = mail(
        "Content-Type: text/plain; charset=iso-8859-1; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\ns=FC=DF\n");
    withFooter(mail, "Grüße");
    assertThat(mail.message().headers().value("Content-Type"))
        .contains("text/plain; charset=iso-8859-1; format=flowed");
    assertThat(textOf(parsed(mail))).isEqualTo("süß\nGrüße\n");
  }

  @Test
  void aCharsetThatCannotHoldTheFooterBecomesUtf8() throws Exception {
    FakeMail mail = mail(
        "Content-Type: text/plain; charset=iso-8859-1; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\ns=FC=DF\n");
    withFooter(mail, "Привет");
    assertThat(mail.message().headers().value("Content-Type"))
        .contains("text/plain; charset=utf-8; format=flowed");
    assertThat(textOf(parsed(mail))).isEqualTo("süß\nПривет\n");
  }

  @Test
  void base64StaysBase64() throws Exception {
    String body = Base64.getMimeEncoder()
        .encodeToString("süß\r\n".repeat(40).getBytes(StandardCharsets.UTF_8));
    FakeMail mail =
        mail("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + body
            + "\n");
    withFooter(mail, "Grüße");
    assertThat(mail.message().headers().value("Content-Transfer-Encoding")).contains("base64");
    assertThat(textOf(parsed(mail))).isEqualTo("süß\n".repeat(40) + "Grüße\n");
  }

  @Test
  void htmlGetsItBeforeTheEndOfItsBody() throws Exception {
    FakeMail mail = mail("Content-Type: text/html\n\n<html><BODY>Hi</BODY></html>\n");
    assertThat(raw(withFooter(mail, "R & D"))).endsWith("<BODY>Hi<br>R &amp; D</BODY></html>\n");
    FakeMail fragment = mail("Content-Type: text/html\n\n<p>Hi");
    assertThat(raw(withFooter(fragment, "x"))).endsWith("<p>Hi<br>x");
  }

  private static final String ALTERNATIVE = """
      Content-Type: multipart/mixed; boundary="m"

      preamble
      --m
      Content-Type: multipart/alternative; boundary=a

      --a

      Hello
      --a
      Content-Type: text/html; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      <p>H=C3=A4llo</p>
      --a--
      --m
      Content-Type: text/plain

      attached text
      --m--
      epilogue
      """;

  @Test
  void bothFormsOfAnAlternativeGetItAndNothingElseChanges() throws Exception {
    FakeMail mail = withFooter(mail(ALTERNATIVE), "Bye");
    assertThat(raw(mail))
        .isEqualTo(ALTERNATIVE
            .replace("\nHello\n--a", "\nHello\nBye\n\n--a")
            .replace("<p>H=C3=A4llo</p>", "<p>H=C3=A4llo</p><br>Bye"));
    Multipart mixed = (Multipart) parsed(mail).getBody();
    Multipart alternative = (Multipart) mixed.getBodyParts().getFirst().getBody();
    assertThat(textOf(alternative.getBodyParts().get(0))).isEqualTo("Hello\nBye\n");
    assertThat(textOf(alternative.getBodyParts().get(1))).isEqualTo("<p>Hällo</p><br>Bye");
    assertThat(textOf(mixed.getBodyParts().get(1))).isEqualTo("attached text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: multipart/signed; boundary=b\n\n--b\n\nText\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/signed; boundary=c\n\n--c\n\nx\n--c--\n--b--\n",
        "Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nText\n--b--\n",
        "Content-Type: multipart/report; boundary=b\n\n--b\n\nText\n--b--\n",
        "Content-Type: application/pkcs7-mime\n\nMIIB\n",
        "Content-Type: image/png\n\nx\n",
        "Content-Type: multipart/mixed\n\n--\n\nText\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnever closed\n",
        "Content-Type: text/plain; charset=x-unknown-8\n\nText\n",
        "Content-Type: text/plain; charset=utf-16\n\nText\n",
        "Content-Transfer-Encoding: x-uuencode\n\nText\n",
        "Content-Disposition: attachment\n\nText\n",
        "Content-Type: text/plain\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nText\n"
      })
  void whatCannotBeChangedSafelyIsLeftAlone(String text) throws Exception {
    FakeMail mail = withFooter(mail(text), "Footer");
    assertThat(raw(mail)).isEqualTo(text);
    assertThat(mail.notes()).singleElement().asString().startsWith("no footer");
  }

  @Test
  void malformedTextIsLeftAlone() throws Exception {
    String text =
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nä!\n";
    assertThat(raw(withFooter(mail(text), "x")))
        .isEqualTo(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  @Test
  void aLargeMessageIsLeftAlone() throws Exception {
    FakeMail mail = mail("Subject: x\n\n" + "y".repeat(2000));
    new Chain().run(mail, "AddFooter", Map.of("text", "Footer", "maxSize", "1K"));
    assertThat(raw(mail)).doesNotContain("Footer");
  }
}
