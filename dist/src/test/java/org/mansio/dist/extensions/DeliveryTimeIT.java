package org.mansio.dist.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.dist.extensions.Messages.PLAIN;
import static org.mansio.dist.extensions.Messages.words;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.server.RunningServer;

/** When a mail is to be delivered, and before which others (DELIVERBY, RFC 2852; FUTURERELEASE, RFC 4865; MT-PRIORITY, RFC 6710). */
@ExtendWith(SharedPeers.class)
class DeliveryTimeIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ExtensionPeers peers;

  DeliveryTimeIT(ExtensionPeers peers) {
    this.peers = peers;
  }

  @Test
  void theTimeToDeliverByGoesOnToAPeerThatKeepsIt() throws Exception {
    peers.submit("MAIL FROM:<by@example.com> BY=600;R", "RCPT TO:<by@able.example>", PLAIN);

    Matcher by = Pattern.compile(" BY=([0-9]+);R( |$)")
        .matcher(peers.taken(peers.able, "RCPT TO:<by@able.example>").mail());
    assertThat(by.find()).isTrue();
    assertThat(Integer.parseInt(by.group(1))).isBetween(500, 600);
  }

  @Test
  void aMailToBeReturnedInTimeFailsAtAPeerThatKeepsNoTime() throws Exception {
    peers.submit("MAIL FROM:<returned@example.com> BY=600;R", "RCPT TO:<by@bare.example>", PLAIN);

    assertThat(peers.report("returned@example.com").text())
        .contains("Action: failed", "Status: 5.4.7");
    assertThat(peers.bare.commands()).noneMatch(line -> line.contains("<returned@example.com>"));
  }

  @Test
  void aMailToBeTracedIsRelayedByAPeerThatKeepsNoTime() throws Exception {
    peers.submit(
        "MAIL FROM:<traced@example.com> BY=600;NT", "RCPT TO:<traced@bare.example>", PLAIN);

    assertThat(peers.taken(peers.bare, "RCPT TO:<traced@bare.example>").mail())
        .isEqualTo("MAIL FROM:<traced@example.com>");
    assertThat(peers.report("traced@example.com").text()).contains("Action: relayed");
  }

  @Test
  void aMailThatIsLateIsDelayedWhereItsSenderWantsOnlyToKnow() throws Exception {
    peers.able.on("RCPT TO:<late@", "451 4.2.1 not now");

    peers.submit("MAIL FROM:<overdue@example.com> BY=1;N", "RCPT TO:<late@able.example>", PLAIN);

    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(peers.reports("overdue@example.com"))
            .anySatisfy(
                report -> assertThat(report.text()).contains("Action: delayed", "Status: 4.4.7")));
    peers.able.on("RCPT TO:<late@", "250 2.1.5 now");
    assertThat(peers.taken(peers.able, "RCPT TO:<late@able.example>").mail())
        .containsPattern(" BY=-[0-9]+;N");
  }

  @Test
  void thePriorityGoesOnWhereItIsUnderstood() throws Exception {
    peers.submit(
        "MAIL FROM:<first@example.com> MT-PRIORITY=4", "RCPT TO:<first@able.example>", PLAIN);
    peers.submit(
        "MAIL FROM:<first@example.com> MT-PRIORITY=4", "RCPT TO:<first@bare.example>", PLAIN);

    assertThat(words(peers.taken(peers.able, "RCPT TO:<first@able.example>").mail()))
        .contains("MT-PRIORITY=4");
    assertThat(peers.taken(peers.bare, "RCPT TO:<first@bare.example>").mail())
        .isEqualTo("MAIL FROM:<first@example.com>");
  }

  @Test
  void aMailForLaterIsHeldHereWhateverThePeer() throws Exception {
    Instant before = Instant.now();
    try (SmtpClient client = SmtpClient.connect(peers.server.submission()).ehlo()) {
      client.startTls(peers.certificate());
      client.authPlain("alice@example.org", RunningServer.PASSWORD);
      for (String peer : List.of("able", "bare")) {
        client.command("MAIL FROM:<alice@example.org> HOLDFOR=2", 250);
        client.command("RCPT TO:<later@" + peer + ".example>", 250);
        client.command("DATA", 354);
        client.data(PLAIN);
        client.expect(250);
      }
    }

    assertThat(peers.taken(peers.bare, "RCPT TO:<later@bare.example>").mail())
        .isEqualTo("MAIL FROM:<alice@example.org>");
    assertThat(peers.taken(peers.able, "RCPT TO:<later@able.example>").mail())
        .doesNotContain("HOLD");
    assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
  }
}
