package org.mansio.dist.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.dist.extensions.Messages.PLAIN;
import static org.mansio.dist.extensions.Messages.message;
import static org.mansio.dist.extensions.Messages.text;
import static org.mansio.dist.extensions.Messages.utf8;
import static org.mansio.dist.extensions.Messages.words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/** Mail with addresses and header fields beyond ASCII (SMTPUTF8, RFC 6531). */
@ExtendWith(SharedPeers.class)
class InternationalMailIT {
  private final ExtensionPeers peers;

  InternationalMailIT(ExtensionPeers peers) {
    this.peers = peers;
  }

  @Test
  void anInternationalMailGoesAsItIsToAPeerThatTakesIt() throws Exception {
    byte[] mail = message("Subject: Grüße", "Hello.\r\n");

    peers.submit("MAIL FROM:<jürgen@example.com> SMTPUTF8", "RCPT TO:<andré@able.example>", mail);

    Taken taken = peers.taken(peers.able, "RCPT TO:<andré@able.example>");
    assertThat(words(taken.mail()))
        .startsWith("MAIL", "FROM:<jürgen@example.com>")
        .contains("SMTPUTF8", "BODY=8BITMIME");
    assertThat(taken.text()).endsWith(text(mail));
  }

  @Test
  void anInternationalMailFailsAtAPeerThatDoesNotTakeIt() throws Exception {
    peers.submit(
        "MAIL FROM:<utf8@example.com> SMTPUTF8",
        "RCPT TO:<andré@bare.example> ORCPT=utf-8;andr\\x{E9}@bare.example",
        message("Subject: Grüße", "Hello.\r\n"));

    Taken report = peers.report("utf8@example.com");
    assertThat(words(report.mail())).contains("FROM:<>", "BODY=8BITMIME");
    assertThat(report.text())
        .contains("message/global-delivery-status", "Action: failed", "Status: 5.6.7");
    assertThat(utf8(report)).contains("Final-Recipient: utf-8; andré@bare.example");
    assertThat(peers.bare.commands()).noneMatch(line -> line.contains("andré"));
  }

  @Test
  void theParameterAloneMakesNoMailInternational() throws Exception {
    peers.submit("MAIL FROM:<ascii@example.com> SMTPUTF8", "RCPT TO:<ascii@bare.example>", PLAIN);

    assertThat(peers.taken(peers.bare, "RCPT TO:<ascii@bare.example>").mail())
        .isEqualTo("MAIL FROM:<ascii@example.com>");
  }
}
