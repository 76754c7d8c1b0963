package org.mansio.dist.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.Sending;
import org.mansio.dist.mail.Sink;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** Postfix and Exim, each on both sides: they take mail from this server, and hand theirs to it. */
@Tag("interop")
class OtherServersIT {
  private static final String SENDER = "someone@example.com";
  private static final String BOB = "bob@example.org";
  private static final String REMOTE = "someone@remote.example";
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** No host is there; these servers only take. */
  private static final int NOWHERE = 9;

  @Test
  void postfixTakesRemoteMail() throws Exception {
    try (OtherServer postfix = OtherServer.postfix(NOWHERE)) {
      remoteMailGoesTo(postfix, "interop-to-postfix");
    }
  }

  @Test
  void eximTakesRemoteMail() throws Exception {
    try (OtherServer exim = OtherServer.exim(NOWHERE)) {
      remoteMailGoesTo(exim, "interop-to-exim");
    }
  }

  private static void remoteMailGoesTo(OtherServer next, String name) throws Exception {
    try (RunningServer server = RunningServer.start(
        Installation.fresh(name),
        Map.of("MANSIO_SMARTHOST", next.address(), "MANSIO_RELAY_NETWORKS", "127.0.0.0/8"))) {
      List<TestMessage> mails = Sending.mixed(name, 60);
      Sending.all(Sending.door(server.smtp()), 10, SENDER, REMOTE, mails);
      Arrived.unchanged(mails, next::messages);
    }
  }

  @Test
  void eximHandsItsMailOverInChunks() throws Exception {
    try (RunningServer server =
            RunningServer.withUsers(Installation.fresh("interop-from-exim"), Map.of());
        OtherServer exim = OtherServer.exim(server.smtp())) {
      List<TestMessage> mails = Sending.mixed("exim", 30);
      Sending.all(Sending.door(exim.port()), 5, SENDER, BOB, mails);
      Arrived.unchanged(mails, bob(server)::messages);
      // Exim marks a delivery by BDAT with K.
      assertThat(exim.log()).containsPattern("=> " + BOB + " .* K ");
    }
  }

  @Test
  void postfixHandsItsMailOver() throws Exception {
    try (RunningServer server =
            RunningServer.withUsers(Installation.fresh("interop-from-postfix"), Map.of());
        OtherServer postfix = OtherServer.postfix(server.smtp())) {
      List<TestMessage> mails = Sending.mixed("postfix", 30);
      Sending.all(Sending.door(postfix.port()), 5, SENDER, BOB, mails);
      Arrived.unchanged(mails, bob(server)::messages);
    }
  }

  @Test
  void postfixPassesAnInternationalMailOnAndItsSenderHearsOfTheDelivery() throws Exception {
    try (Sink reports = Sink.smtp();
        RunningServer server = RunningServer.withUsers(
            Installation.fresh("interop-postfix-utf8"),
            Map.of("MANSIO_SMARTHOST", reports.address()));
        OtherServer postfix = OtherServer.postfix(server.smtp())) {
      server.installation().ctlWithInput("", "alias", "add", "jürgen@example.org", BOB);
      TestMessage mail = TestMessage.of("international", 2000);
      try (SmtpClient client = SmtpClient.connect(postfix.port()).ehlo()) {
        client.command(
            "MAIL FROM:<jürgen@example.com> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159", 250);
        client.command(
            "RCPT TO:<jürgen@example.org> NOTIFY=SUCCESS,FAILURE"
                + " ORCPT=utf-8;j\\x{FC}rgen@example.org",
            250);
        client.command("DATA", 354);
        client.data(mail.octets());
        client.expect(250);
      }

      Arrived.unchanged(List.of(mail), bob(server)::messages);
      Awaitility.await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(reports.messages())
              .anySatisfy(report -> assertThat(new String(report, StandardCharsets.UTF_8))
                  .contains("Original-Envelope-Id: QQ314159")
                  .containsPattern("Action: (delivered|expanded)")));
    }
  }

  private static Mailbox bob(RunningServer server) {
    return Mailbox.of(server.installation().data(), "bob", "example.org");
  }
}
