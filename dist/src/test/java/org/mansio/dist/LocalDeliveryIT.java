package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.Reply;
import org.mansio.dist.mail.Sending;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** Mail for users of this server, over each of its doors. */
class LocalDeliveryIT {
  private static final String ALICE = "alice@example.org";
  private static final String BOB = "bob@example.org";

  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.withUsers(Installation.fresh("local-delivery"), Map.of());
  }

  @AfterAll
  static void stop() {
    try (RunningServer last = server) {
      assertThat(last.stop()).as("exit code after SIGTERM").isZero();
    }
  }

  private static Mailbox mailbox(String user) {
    return Mailbox.of(server.installation().data(), user, "example.org");
  }

  @Test
  void mailOfAllSizesFromManyConnectionsArrivesUnchanged() throws Exception {
    List<TestMessage> mails = Sending.mixed("local", 200);

    Sending.all(Sending.door(server.smtp()), 20, "someone@example.com", BOB, mails);

    Arrived.unchanged(mails, mailbox("bob")::messages);
  }

  @Test
  void aUserWhoLogsInUnderTlsSendsAndTheTraceTellsTheWay() throws Exception {
    TestMessage mail = TestMessage.of("submitted", 2000);
    try (SmtpClient client = SmtpClient.connect(server.submission()).ehlo()) {
      client.startTls(certificate());
      assertThat(client.authPlain(ALICE, RunningServer.PASSWORD).code()).isEqualTo(235);
      assertThat(client.mail(ALICE, List.of(ALICE), mail.octets()).code()).isEqualTo(250);
    }

    Arrived.unchanged(List.of(mail), mailbox("alice")::messages);
    assertThat(server.installation().ctlWithInput("", "trace", mail.id()))
        .contains("received")
        .contains("LocalDelivery")
        .contains("delivered");
  }

  @Test
  void implicitTlsServesUsersToo() throws Exception {
    try (SmtpClient client =
        SmtpClient.connectTls(server.submissions(), certificate()).ehlo()) {
      assertThat(client.authPlain(ALICE, RunningServer.PASSWORD).code()).isEqualTo(235);
    }
  }

  @Test
  void aWrongPasswordIsRefused() throws Exception {
    try (SmtpClient client = SmtpClient.connect(server.submission()).ehlo()) {
      client.startTls(certificate());
      assertThat(client.authPlain(ALICE, "guess").code()).isEqualTo(535);
    }
  }

  @Test
  void passwordsAreNotTakenInTheClear() throws Exception {
    try (SmtpClient client = SmtpClient.connect(server.submission())) {
      assertThat(client.command("EHLO client.example.net").text()).doesNotContain("AUTH");
      assertThat(client.authPlain(ALICE, RunningServer.PASSWORD).code())
          .isGreaterThanOrEqualTo(500);
    }
  }

  @Test
  void strangersCannotRelayNotEvenFromLoopback() throws Exception {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      client.command("MAIL FROM:<someone@example.com>", 250);
      Reply refusal = client.command("RCPT TO:<someone@example.net>");
      assertThat(refusal.text()).matches("5[0-9]{2} 5\\.7\\.1 .*");
    }
  }

  @Test
  void unknownUsersAreRefusedAtRcpt() throws Exception {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      client.command("MAIL FROM:<someone@example.com>", 250);
      assertThat(client.command("RCPT TO:<nobody@example.org>").text()).startsWith("550 5.1.1 ");
    }
  }

  @Test
  void lmtpAnswersForEachRecipient() throws Exception {
    server.addUser("carol").addUser("dave");
    TestMessage mail = TestMessage.of("over-lmtp", 5000);
    try (SmtpClient client = SmtpClient.connect(server.lmtp())) {
      client.command("LHLO relay.example.net", 250);
      client.command("MAIL FROM:<someone@example.com>", 250);
      client.command("RCPT TO:<carol@example.org>", 250);
      client.command("RCPT TO:<nobody@example.org>", 550);
      client.command("RCPT TO:<dave@example.org>", 250);
      client.command("DATA", 354);
      client.data(mail.octets());
      client.expect(250);
      client.expect(250);
      client.command("QUIT", 221);
    }
    Arrived.unchanged(List.of(mail), mailbox("carol")::messages);
    Arrived.unchanged(List.of(mail), mailbox("dave")::messages);
  }

  private static Path certificate() {
    return server.installation().data().resolve("tls/self-signed.crt");
  }
}
