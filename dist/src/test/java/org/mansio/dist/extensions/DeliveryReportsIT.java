package org.mansio.dist.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.dist.extensions.Messages.ENVELOPE_ID;
import static org.mansio.dist.extensions.Messages.PLAIN;
import static org.mansio.dist.extensions.Messages.binary;
import static org.mansio.dist.extensions.Messages.octets;
import static org.mansio.dist.extensions.Messages.text;
import static org.mansio.dist.extensions.Messages.words;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/** What the sender hears of the fate of a mail (DSN, RFC 3461). */
@ExtendWith(SharedPeers.class)
class DeliveryReportsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ExtensionPeers peers;

  DeliveryReportsIT(ExtensionPeers peers) {
    this.peers = peers;
  }

  @Test
  void reportsAreLeftToAPeerThatMakesThem() throws Exception {
    peers.submit(
        "MAIL FROM:<dsn@example.com> RET=HDRS ENVID=" + ENVELOPE_ID,
        "RCPT TO:<dsn@able.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2B@able.example",
        PLAIN);

    Taken taken = peers.taken(
        peers.able,
        "RCPT TO:<dsn@able.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2B@able.example");
    assertThat(words(taken.mail())).contains("RET=HDRS", "ENVID=" + ENVELOPE_ID);
  }

  @Test
  void aPeerThatMakesNoReportsMakesTheMailRelayed() throws Exception {
    peers.submit(
        "MAIL FROM:<relayed@example.com> RET=FULL ENVID=" + ENVELOPE_ID,
        "RCPT TO:<dsn@bare.example> NOTIFY=SUCCESS ORCPT=rfc822;first+2B@bare.example",
        PLAIN);

    assertThat(peers.taken(peers.bare, "RCPT TO:<dsn@bare.example>").mail())
        .isEqualTo("MAIL FROM:<relayed@example.com>");
    assertThat(peers.report("relayed@example.com").text())
        .contains(
            "Action: relayed",
            "Original-Envelope-Id: " + ENVELOPE_ID,
            "Original-Recipient: rfc822;first+@bare.example",
            "Final-Recipient: rfc822; dsn@bare.example",
            "text/rfc822-headers");
  }

  @Test
  void whatAPeerRefusesFailsWithWhatItSaid() throws Exception {
    peers.bare.on("RCPT TO:<refused@", "550 5.1.1 no such user");

    peers.submit("MAIL FROM:<whole@example.com> RET=FULL", "RCPT TO:<refused@bare.example>", PLAIN);
    peers.submit("MAIL FROM:<head@example.com> RET=HDRS", "RCPT TO:<refused@bare.example>", PLAIN);

    assertThat(peers.report("whole@example.com").text())
        .contains(
            "Action: failed",
            "Status: 5.1.1",
            "Remote-MTA: dns; localhost",
            "Diagnostic-Code: smtp; 550 5.1.1 no such user",
            "message/rfc822",
            "Hello.");
    assertThat(peers.report("head@example.com").text())
        .contains("Action: failed", "text/rfc822-headers")
        .doesNotContain("Hello.");
  }

  @Test
  void whatReachesAMailboxIsDelivered() throws Exception {
    peers.submit(
        "MAIL FROM:<delivered@example.com> ENVID=" + ENVELOPE_ID,
        "RCPT TO:<bob@example.org> NOTIFY=SUCCESS",
        PLAIN);

    assertThat(peers.report("delivered@example.com").text())
        .contains("Action: delivered", "Status: 2.", "Original-Envelope-Id: " + ENVELOPE_ID)
        .contains("Final-Recipient: rfc822; bob@example.org");
  }

  @Test
  void anAliasOfSeveralIsExpanded() throws Exception {
    peers.submit(
        "MAIL FROM:<expanded@example.com>", "RCPT TO:<team@example.org> NOTIFY=SUCCESS", PLAIN);

    assertThat(peers.report("expanded@example.com").text())
        .contains("Action: expanded", "Final-Recipient: rfc822; team@example.org");
  }

  @Test
  void whatWaitsIsDelayedUntilThePeerTakesIt() throws Exception {
    peers.able.on("RCPT TO:<slow@", "451 4.2.1 not now");

    peers.submit(
        "MAIL FROM:<delayed@example.com>", "RCPT TO:<slow@able.example> NOTIFY=DELAY", PLAIN);

    assertThat(peers.report("delayed@example.com").text())
        .contains("Action: delayed", "Status: 4.2.1", "Diagnostic-Code: smtp; 451 4.2.1 not now")
        .containsPattern("Will-Retry-Until: \\w{3}, \\d");
    peers.able.on("RCPT TO:<slow@", "250 2.1.5 now");
    peers.taken(peers.able, "RCPT TO:<slow@able.example> NOTIFY=DELAY");
  }

  @Test
  void lmtpTakesTheSameExtensions() throws Exception {
    byte[] octets = octets();
    byte[] mail = binary("application/octet-stream", octets);
    try (SmtpClient client = SmtpClient.connect(peers.server.lmtp())) {
      assertThat(client.command("LHLO relay.example.net", 250).text())
          .contains("8BITMIME", "BINARYMIME", "CHUNKING", "DELIVERBY", "DSN", "SMTPUTF8")
          .doesNotContain("FUTURERELEASE", "REQUIRETLS");
      client.command(
          "MAIL FROM:<lmtp@example.com> SMTPUTF8 BODY=BINARYMIME BY=600;R ENVID=" + ENVELOPE_ID,
          250);
      client.command("RCPT TO:<jürgen@example.org> NOTIFY=SUCCESS", 250);
      client.command("RCPT TO:<alice@example.org> NOTIFY=NEVER", 250);
      client.lastChunk(mail);
      client.expect(250);
      client.expect(250);
    }

    for (String user : List.of("alice", "bob")) {
      Mailbox mailbox = Mailbox.of(peers.server.installation().data(), user, "example.org");
      Awaitility.await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(mailbox.messages())
              .anySatisfy(message -> assertThat(text(message)).endsWith(text(mail))));
    }
    assertThat(peers.report("lmtp@example.com").text())
        .contains("Action: delivered", "Original-Envelope-Id: " + ENVELOPE_ID)
        .doesNotContain("alice@example.org");
  }
}
