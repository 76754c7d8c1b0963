package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

/** What each reply means for each recipient, and how many go into one transaction. */
class RecipientRepliesTest extends ClientTest {
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
  void givesAllTheReplyToMail() throws Exception {
    server.on("MAIL", "451 4.3.0 later").on("RCPT", "503 5.5.1 need MAIL");

    assertThat(send(BOB, CAROL).values())
        .containsOnly(new Deferred(status("4.3.0"), Optional.of("localhost"), "451 4.3.0 later"));
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
}
