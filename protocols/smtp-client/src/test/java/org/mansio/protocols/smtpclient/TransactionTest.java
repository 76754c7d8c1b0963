package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

/** What is said in one transaction, and in which order (RFC 5321 §3.3, RFC 2920). */
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
  void resetsOnlyAfterAnUnfinishedTransaction() throws Exception {
    server.on("RCPT", "550 5.1.1 no", "250 ok");
    send(BOB);
    send(BOB);
    send(BOB);

    assertThat(server.commands().stream().filter("RSET"::equals)).hasSize(1);
    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void sendsWhatIsAsLargeAsTheHostTakes() throws Exception {
    server.offering("SIZE " + MESSAGE.length());

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
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
