package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.Content;
import org.mansio.spi.queue.RecipientResult.Delivered;

/** Whatever stands in a message, it leaves as one message (CVE-2023-51764, -51765, -51766). */
class SmugglingTest extends ClientTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r\n.\r",
        "\r.\r\n",
        "\r\r\n.\r\r\n",
        "\r\n.\r\r\n",
        "\n\n.\r\n",
        "\r\n\0.\r\n",
        "\r\n.\r\n",
        "\r\n..\r\n"
      })
  void endsAsOneMessageOctetForOctet(String end) throws Exception {
    String inner = "MAIL FROM:<ceo@example.com>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\n";
    String message = "Subject: outer\r\n\r\nHello" + end + inner + "Subject: inner\r\n\r\nx\r\n";

    assertThat(send(smtp, toBob(), content(message)).get(BOB)).isInstanceOf(Delivered.class);

    assertThat(server.commands().stream().filter(command -> command.startsWith("MAIL")))
        .hasSize(1);
    assertThat(server.taken()).hasSize(1);
    byte[] octets = server.taken().getFirst().octets();
    String wire = new String(octets, StandardCharsets.ISO_8859_1);
    assertThat(wire.replace("\r\n", "")).doesNotContain("\r", "\n");
    assertThat(("\r\n" + wire).indexOf("\r\n.\r\n")).isNegative();
  }

  @ParameterizedTest
  @ValueSource(ints = {65_534, 65_535, 65_536, 65_537})
  void aBlockBoundaryIsNoGap(int length) throws Exception {
    String head = "Subject: outer\r\n\r\n";
    StringBuilder text = new StringBuilder(head);
    while (text.length() < length - 2) {
      text.append("x".repeat(Math.min(500, length - 2 - text.length()))).append("\r\n");
    }
    text.setLength(length - 1);
    String message = text + "\n.\r\nQUIT\r\n";

    assertThat(send(smtp, toBob(), Content.of(message.getBytes(StandardCharsets.US_ASCII)))
            .get(BOB))
        .isInstanceOf(Delivered.class);
    assertThat(server.taken()).hasSize(1);
    assertThat(server.taken().getFirst().text()).endsWith("\r\n.\r\nQUIT\r\n");
  }
}
