package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;

/** What was said at MAIL rests with the mail. */
class KeptParametersTest {
  private static Envelope taken(String network, String mail, String message) throws IOException {
    try (TestListener listener = new TestListener("smtp")
            .set("auth", "always")
            .set("relayNetworks", network)
            .start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      assertThat(client.ask(mail)).startsWith("250");
      assertThat(client.ask("RCPT TO:<alice@example.org>")).startsWith("250");
      client.send("BDAT " + message.length() + " LAST\r\n" + message);
      assertThat(client.reply()).contains("queued as");
      return listener.services.queue.mails().getFirst().envelope();
    }
  }

  @Test
  void ofAClientThatMayRelay() throws IOException {
    Instant before = Instant.now();
    Envelope envelope = taken(
        "127.0.0.0/8",
        "MAIL FROM:<x@example.net> BODY=BINARYMIME BY=120;RT MT-PRIORITY=7 AUTH=e+3Dmc2@example.com"
            + " SOLICIT=net.example:ADV SMTPUTF8",
        "\0");

    assertThat(envelope.body()).isEqualTo(BodyType.BINARY_MIME);
    assertThat(envelope.smtpUtf8()).isTrue();
    assertThat(envelope.priority()).isEqualTo(7);
    assertThat(envelope.parameters())
        .containsEntry("AUTH", "e+3Dmc2@example.com")
        .containsEntry("SOLICIT", "net.example:ADV");
    DeliverBy by = envelope.deliverBy().orElseThrow();
    assertThat(by.mode()).isEqualTo(DeliverBy.Mode.RETURN);
    assertThat(by.trace()).isTrue();
    assertThat(by.secondsLeft(before)).isBetween(119L, 180L);
  }

  @Test
  void ofAClientThatMayNotRelayButItsPrivileges() throws IOException {
    Envelope envelope = taken(
        "192.0.2.0/24",
        "MAIL FROM:<x@example.net> MT-PRIORITY=7 AUTH=boss@example.org",
        "TLS-Required: No\r\n\r\n");

    assertThat(envelope.priority()).isZero();
    assertThat(envelope.parameters()).doesNotContainKey("AUTH");
    assertThat(envelope.toleratesNoTls()).isTrue();
  }
}
