package org.mansio.dist.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.dist.extensions.Messages.binary;
import static org.mansio.dist.extensions.Messages.message;
import static org.mansio.dist.extensions.Messages.octets;
import static org.mansio.dist.extensions.Messages.text;
import static org.mansio.dist.extensions.Messages.words;

import java.util.Base64;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/** Messages of more than seven bits: as they are, or encoded (RFC 6152, RFC 3030). */
@ExtendWith(SharedPeers.class)
class MessageBodiesIT {
  private final ExtensionPeers peers;

  MessageBodiesIT(ExtensionPeers peers) {
    this.peers = peers;
  }

  @Test
  void eightBitMailIsEncodedForAPeerOfSevenBits() throws Exception {
    byte[] mail =
        message("Content-Type: text/plain; charset=utf-8", "Grüße an alle im Haus.\r\n.dot\r\n");

    peers.submit(
        "MAIL FROM:<eight@example.com> BODY=8BITMIME", "RCPT TO:<eight@bare.example>", mail);
    peers.submit(
        "MAIL FROM:<eight@example.com> BODY=8BITMIME", "RCPT TO:<eight@able.example>", mail);

    Taken converted = peers.taken(peers.bare, "RCPT TO:<eight@bare.example>");
    assertThat(converted.mail()).isEqualTo("MAIL FROM:<eight@example.com>");
    assertThat(converted.text())
        .contains("Content-Transfer-Encoding: quoted-printable", "Gr=C3=BC=C3=9Fe")
        .matches(Pattern.compile("\\p{ASCII}*", Pattern.DOTALL));
    Taken same = peers.taken(peers.able, "RCPT TO:<eight@able.example>");
    assertThat(words(same.mail())).contains("BODY=8BITMIME");
    assertThat(same.text()).endsWith(text(mail));
  }

  @Test
  void aBinaryMailGoesInChunksToAPeerThatTakesIt() throws Exception {
    byte[] mail = binary("application/octet-stream", octets());

    peers.submitBinary("able", mail);

    Taken taken = peers.taken(peers.able, "RCPT TO:<binary@able.example>");
    assertThat(taken.chunked()).isTrue();
    assertThat(words(taken.mail())).contains("BODY=BINARYMIME");
    assertThat(taken.text()).endsWith(text(mail));
  }

  @Test
  void aBinaryMailIsEncodedForAPeerThatDoesNotTakeIt() throws Exception {
    byte[] octets = octets();

    peers.submitBinary("bare", binary("application/octet-stream", octets));

    Taken taken = peers.taken(peers.bare, "RCPT TO:<binary@bare.example>");
    assertThat(taken.chunked()).isFalse();
    assertThat(taken.mail()).isEqualTo("MAIL FROM:<binary@example.com>");
    assertThat(taken.text()).contains("Content-Transfer-Encoding: base64");
    String body = taken.text().substring(taken.text().indexOf("\r\n\r\n"));
    assertThat(Base64.getMimeDecoder().decode(body)).isEqualTo(octets);
  }

  @Test
  void aBinaryMailThatMustNotBeTouchedFailsAtAPeerThatDoesNotTakeIt() throws Exception {
    String part = "--x\r\nContent-Type: application/octet-stream\r\n"
        + "Content-Transfer-Encoding: binary\r\n\r\n\0\n\r\r\n--x--\r\n";
    byte[] signed = message("Content-Type: multipart/signed; boundary=x", part);

    try (SmtpClient client = SmtpClient.connect(peers.server.smtp()).ehlo()) {
      client.command("MAIL FROM:<signed@example.com> BODY=BINARYMIME", 250);
      client.command("RCPT TO:<signed@bare.example>", 250);
      client.lastChunk(signed);
      client.expect(250);
    }

    assertThat(peers.report("signed@example.com").text())
        .contains("Action: failed", "Status: 5.6.3");
    assertThat(peers.bare.commands()).noneMatch(line -> line.contains("signed@"));
  }
}
