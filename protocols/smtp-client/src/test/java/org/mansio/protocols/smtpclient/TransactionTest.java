package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

class TransactionTest extends ClientTest {
  @Test
  void aReplyTooManyAnswersNothingThatIsAskedLater() throws Exception {
    server.offering("8BITMIME").on("MAIL", "250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok");

    send(BOB);

    assertThat(server.taken()).isEmpty();
  }

  @Test
  void deliversWithTheHostsReply() throws Exception {
    assertThat(send(BOB).get(BOB))
        .isEqualTo(new Delivered(
            status("2.0.0"), Optional.of("localhost"), "250 2.0.0 taken", true, false));

    assertThat(server.taken()).singleElement().satisfies(mail -> {
      assertThat(mail.text()).isEqualTo(MESSAGE);
      assertThat(mail.recipients()).containsExactly("RCPT TO:<bob@example.org>");
    });
  }

  @Test
  void takesTwoRoundTripsOnAWarmConnection() throws Exception {
    send(BOB);
    send(BOB, CAROL);

    assertThat(server.dialogues()).hasSize(1);
    List<List<String>> flights = server.dialogues().getFirst().flights();
    assertThat(flights.subList(3, flights.size()).getFirst())
        .containsExactly(
            "MAIL FROM:<alice@example.com> SIZE=24 BODY=8BITMIME",
            "RCPT TO:<bob@example.org>",
            "RCPT TO:<carol@example.org>",
            "DATA");
    Awaitility.await()
        .untilAsserted(() -> assertThat(flights).hasSize(5).last().isEqualTo(List.of("(data)")));
  }

  @Test
  void saysOneCommandAtATimeWithoutPipelining() throws Exception {
    server.offering("8BITMIME");

    assertThat(send(BOB, CAROL).values()).allMatch(Delivered.class::isInstance);
    assertThat(server.dialogues().getFirst().flights()).allMatch(flight -> flight.size() == 1);
    assertThat(server.commands()).contains("MAIL FROM:<alice@example.com> BODY=8BITMIME");
  }

  @Test
  void fallsBackToHelo() throws Exception {
    server.on("EHLO", "502 5.5.1 unknown");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.commands())
        .startsWith("EHLO client.example", "HELO client.example", "MAIL FROM:<alice@example.com>");
  }

  @Test
  void keepsTheRefusedApartFromTheAccepted() throws Exception {
    server
        .on("RCPT TO:<carol@", "550 5.1.1 no such user")
        .on("RCPT TO:<dave@", "450 4.2.0 greylisted");

    Map<Recipient, RecipientResult> results = send(BOB, CAROL, DAVE);

    assertThat(results.get(BOB)).isInstanceOf(Delivered.class);
    assertThat(results.get(CAROL))
        .isEqualTo(new Failed(status("5.1.1"), Optional.of("localhost"), "550 5.1.1 no such user"));
    assertThat(results.get(DAVE))
        .isEqualTo(new Deferred(status("4.2.0"), Optional.of("localhost"), "450 4.2.0 greylisted"));
  }

  @Test
  void sendsALoneDotWhenDataIsTakenForNobody() throws Exception {
    server.on("RCPT", "550 5.1.1 no").on("DATA", "354 go on").on(".", "554 5.5.1 no recipients");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Failed.class);
    assertThat(server.taken()).isEmpty();

    server.on("RCPT", "250 ok").on(".", "250 ok");
    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(1);
    assertThat(server.commands()).contains("RSET");
  }

  @Test
  void sendsNothingWhenMailIsRefusedButTheRestIsTaken() throws Exception {
    server.on("MAIL", "550 5.7.1 not from you").on("DATA", "354 go on");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Failed.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void givesAllTheReplyToMail() throws Exception {
    server.on("MAIL", "451 4.3.0 later").on("RCPT", "503 5.5.1 need MAIL");

    assertThat(send(BOB, CAROL).values())
        .containsOnly(new Deferred(status("4.3.0"), Optional.of("localhost"), "451 4.3.0 later"));
  }

  @Test
  void resetsOnlyAfterAnUnfinishedTransaction() throws Exception {
    server.on("RCPT", "550 5.1.1 no", "250 ok");
    send(BOB);
    send(BOB);
    send(BOB);

    assertThat(server.commands().stream().filter("RSET"::equals)).hasSize(1);
    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void givesTheAcceptedTheReplyToDataAndToTheDot() throws Exception {
    server.on("DATA", "451 4.3.2 busy").on("RCPT TO:<carol@", "550 5.1.1 no");
    Map<Recipient, RecipientResult> results = send(BOB, CAROL);
    assertThat(results.get(BOB)).isInstanceOf(Deferred.class);
    assertThat(results.get(CAROL)).isInstanceOf(Failed.class);

    server.on("DATA", "354 go").on(".", "554 5.7.1 spam");
    assertThat(send(BOB).get(BOB))
        .isEqualTo(new Failed(status("5.7.1"), Optional.of("localhost"), "554 5.7.1 spam"));
  }

  @Test
  void offersTheSurplusInAnotherTransaction() throws Exception {
    server.on("RCPT TO:<carol@", "452 4.5.3 too many", "250 ok");

    assertThat(send(BOB, CAROL).values()).allMatch(Delivered.class::isInstance);
    assertThat(server.taken())
        .extracting(FakeSmtpServer.Taken::recipients)
        .containsExactly(
            List.of("RCPT TO:<bob@example.org>"), List.of("RCPT TO:<carol@example.org>"));
  }

  @Test
  void doesNotRepeatWhatIsRefusedForAnotherReason() throws Exception {
    server.on("RCPT TO:<carol@", "452 4.2.2 mailbox full");

    assertThat(send(BOB, CAROL).get(CAROL)).isInstanceOf(Deferred.class);
    assertThat(server.taken()).hasSize(1);
  }

  @Test
  void splitsMoreThanAHundredRecipients() throws Exception {
    Recipient[] many = IntStream.range(0, 250)
        .mapToObj(i -> Recipient.of("u" + i + "@example.org"))
        .toArray(Recipient[]::new);

    assertThat(send(many))
        .hasSize(250)
        .allSatisfy((r, result) -> assertThat(result).isInstanceOf(Delivered.class));
    assertThat(server.taken())
        .extracting(mail -> mail.recipients().size())
        .containsExactly(100, 100, 50);
  }

  @Test
  void keepsToTheHostsOwnLimitOfRecipients() throws Exception {
    server.offering("PIPELINING", "8BITMIME", "LIMITS RCPTMAX=2 MAILMAX=1");

    send(BOB, CAROL, DAVE);

    assertThat(server.taken()).extracting(mail -> mail.recipients().size()).containsExactly(2, 1);
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void failsWhatIsLargerThanTheHostTakes() throws Exception {
    server.offering("SIZE 20", "8BITMIME");

    assertThat(send(BOB).get(BOB)).isInstanceOfSatisfying(Failed.class, failed -> {
      assertThat(failed.status()).isEqualTo(status("5.3.4"));
      assertThat(failed.remoteMta()).isEmpty();
    });
    assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));
  }

  @Test
  void returnsInternationalMailAHostCannotTake() throws Exception {
    server.offering("PIPELINING", "8BITMIME");
    Recipient international = Recipient.of("jürgen@example.org");

    Map<Recipient, RecipientResult> results = send(international, BOB);

    assertThat(results.get(international).status()).isEqualTo(status("5.6.7"));
    assertThat(results.get(BOB)).isInstanceOf(Delivered.class);
    assertThat(send(smtp, utf8(), content("Subject: Grüße\r\n\r\n")).get(BOB).status())
        .isEqualTo(status("5.6.7"));
    assertThat(send(smtp, utf8(), content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
  }

  @Test
  void sendsInternationalMailWhereItIsTaken() throws Exception {
    Recipient international = Recipient.of("jürgen@example.org");

    assertThat(send(international).get(international)).isInstanceOf(Delivered.class);
    assertThat(server.commands())
        .contains(
            "MAIL FROM:<alice@example.com> SIZE=24 BODY=8BITMIME SMTPUTF8",
            "RCPT TO:<jürgen@example.org>");
  }

  @Test
  void passesDsnParametersOnUnchangedAndOnlyWhereOffered() throws Exception {
    Recipient bob = new Recipient(
        BOB.address(),
        Set.of(Recipient.Notify.DELAY, Recipient.Notify.SUCCESS),
        Optional.of("rfc822;B+2Bob@x"),
        Optional.empty());
    Envelope envelope = new Envelope(
        Optional.of(MailAddress.of("a@example.com")),
        List.of(bob),
        BodyType.SEVEN_BIT,
        false,
        Optional.of(Envelope.ReturnContent.HDRS),
        Optional.of("id+3D1"),
        Map.of());

    assertThat(send(smtp, envelope, content(MESSAGE)).get(bob))
        .isInstanceOfSatisfying(
            Delivered.class, delivered -> assertThat(delivered.dsnRelayed()).isTrue());
    assertThat(server.commands())
        .contains(
            "MAIL FROM:<a@example.com> SIZE=24 RET=HDRS ENVID=id+3D1",
            "RCPT TO:<bob@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;B+2Bob@x");

    serve(FakeSmtpServer.smtp().offering("8BITMIME"));
    assertThat(send(smtp, envelope, content(MESSAGE)).get(bob))
        .isInstanceOfSatisfying(
            Delivered.class, delivered -> assertThat(delivered.dsnRelayed()).isFalse());
    assertThat(server.commands())
        .contains("MAIL FROM:<a@example.com>", "RCPT TO:<bob@example.org>");
  }

  @Test
  void defersWhenTheConnectionIsLostBehindTheDot() throws Exception {
    server.on(".", FakeSmtpServer.CLOSE);

    assertThat(send(BOB).get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, d -> assertThat(d.status()).isEqualTo(status("4.4.2")));
    assertThat(server.taken()).hasSize(1);
  }

  @Test
  void defersWhenTheHostClosesWith421() throws Exception {
    server.on("RCPT TO:<carol@", "421 4.3.2 shutting down");

    assertThat(send(BOB, CAROL).values()).allSatisfy(result -> {
      assertThat(result).isInstanceOf(Deferred.class);
      assertThat(result.diagnostic()).contains("421 4.3.2 shutting down");
    });
  }

  @Test
  void gaveNothingWhenTheGreetingRefuses() {
    server.on("", "554 5.3.2 no mail here");
    assertThatThrownBy(() -> send(BOB))
        .isInstanceOfSatisfying(
            ConnectFailure.class, e -> assertThat(e.permanent()).isTrue());

    server.on("", "421 4.3.2 busy");
    assertThatThrownBy(() -> send(BOB))
        .isInstanceOfSatisfying(
            ConnectFailure.class, e -> assertThat(e.permanent()).isFalse());
  }

  @Test
  void gaveNothingWhenNobodyListens() {
    Peer nobody = peer();
    server.close();

    assertThatThrownBy(() -> client.send(nobody, smtp, toBob(), content(MESSAGE)))
        .isInstanceOfSatisfying(
            ConnectFailure.class, e -> assertThat(e.result().status()).isEqualTo(status("4.4.1")));
  }

  @Test
  void gaveNothingWhenTheHostTalksNonsense() {
    server.on("", "SSH-2.0-OpenSSH");

    assertThatThrownBy(() -> send(BOB))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("not a reply");
  }

  @Test
  void doesNotWaitForeverForAReply() {
    server.on("", FakeSmtpServer.SILENCE);
    ClientOptions impatient = smtp.withTimeouts(Timeouts.STANDARD.withEach(Duration.ofMillis(50)));

    assertThatThrownBy(() -> send(impatient, toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("no reply");
  }

  @Test
  void endsEarlyWhenInterrupted() throws Exception {
    server.on(".", FakeSmtpServer.SILENCE).on("RCPT TO:<carol@", "550 5.1.1 no");
    List<Map<Recipient, RecipientResult>> outcome = new ArrayList<>();
    Thread sender = Thread.startVirtualThread(() -> {
      try {
        outcome.add(send(BOB, CAROL));
      } catch (ConnectFailure | InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    Awaitility.await().until(() -> !server.taken().isEmpty());
    sender.interrupt();
    sender.join();

    assertThat(outcome.getFirst().get(BOB)).isInstanceOf(Deferred.class);
    assertThat(outcome.getFirst().get(CAROL)).isInstanceOf(Failed.class);
  }

  @Test
  void neverSendsADotBehindHalfAMessage() throws Exception {
    Content broken = new Content() {
      @Override
      public long size() {
        return 1_000_000;
      }

      @Override
      public InputStream open() throws IOException {
        return new java.io.ByteArrayInputStream(
            "Subject: half\r\n".repeat(20_000).getBytes(StandardCharsets.US_ASCII));
      }
    };

    assertThat(send(smtp, toBob(), broken).get(BOB)).isInstanceOf(Deferred.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void keepsAPasswordThatIsSentInOrder() throws Exception {
    server.offering("AUTH PLAIN LOGIN", "8BITMIME");
    ClientOptions authenticated =
        smtp.withTls(TlsMode.NONE, false).withCredentials(new Credentials("relay", "geheim"));

    assertThat(send(authenticated, toBob(), content(MESSAGE)).get(BOB))
        .isInstanceOf(Delivered.class);
    assertThat(server.commands()).contains("AUTH PLAIN AHJlbGF5AGdlaGVpbQ==");
  }

  @Test
  void logsInWithLoginWhereThereIsNoPlain() throws Exception {
    server
        .offering("AUTH LOGIN", "8BITMIME")
        .on("AUTH", "334 VXNlcm5hbWU6")
        .on("cmVsYXk=", "334 UGFzc3dvcmQ6")
        .on("Z2VoZWlt", "235 ok");
    ClientOptions authenticated =
        smtp.withTls(TlsMode.NONE, false).withCredentials(new Credentials("relay", "geheim"));

    assertThat(send(authenticated, toBob(), content(MESSAGE)).get(BOB))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void defersWhenTheLoginFails() {
    server.offering("AUTH PLAIN", "8BITMIME").on("AUTH", "535 5.7.8 wrong");
    ClientOptions authenticated =
        smtp.withTls(TlsMode.NONE, false).withCredentials(new Credentials("relay", "geheim"));

    assertThatThrownBy(() -> send(authenticated, toBob(), content(MESSAGE)))
        .isInstanceOfSatisfying(ConnectFailure.class, e -> {
          assertThat(e.permanent()).isFalse();
          assertThat(e.getMessage())
              .contains("535")
              .doesNotContain("geheim", "AHJlbGF5AGdlaGVpbQ==");
        });
  }

  @Test
  void sendsNoPasswordWithoutTlsUnlessToldTo() {
    server.offering("AUTH PLAIN", "8BITMIME");

    assertThatThrownBy(() -> send(
            smtp.withCredentials(new Credentials("relay", "geheim")), toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class);
    assertThat(server.commands()).noneMatch(command -> command.startsWith("AUTH"));
  }

  private static Envelope utf8() {
    return new Envelope(
        Optional.of(MailAddress.of("alice@example.com")),
        List.of(BOB),
        BodyType.EIGHT_BIT_MIME,
        true,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }
}
