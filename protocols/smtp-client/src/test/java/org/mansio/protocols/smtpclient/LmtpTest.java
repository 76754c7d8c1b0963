package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

class LmtpTest extends ClientTest {
  private final Envelope toThree =
      Envelope.of("alice@example.com", "bob@example.org", "carol@example.org", "dave@example.org");

  @BeforeEach
  void speakLmtp() {
    serve(FakeSmtpServer.lmtp().offering("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"));
  }

  @Test
  void givesEachRecipientItsOwnReply() throws Exception {
    server.on(".bob@", "452 4.2.2 full").on(".dave@", "550 5.7.1 not for dave");

    Map<Recipient, RecipientResult> results = send(lmtp, toThree, content(MESSAGE));

    assertThat(results.get(BOB)).isInstanceOf(Deferred.class);
    assertThat(results.get(CAROL)).isInstanceOf(Delivered.class);
    assertThat(results.get(DAVE)).isInstanceOf(Failed.class);
    assertThat(server.commands()).startsWith("LHLO client.example");
  }

  @Test
  void matchesRepliesWithTheAcceptedOnly() throws Exception {
    server.on("RCPT TO:<bob@", "550 5.1.1 no such user").on(".carol@", "452 4.2.2 full");

    Map<Recipient, RecipientResult> results = send(lmtp, toThree, content(MESSAGE));

    assertThat(results.get(BOB)).isInstanceOf(Failed.class);
    assertThat(results.get(CAROL)).isInstanceOf(Deferred.class);
    assertThat(results.get(DAVE)).isInstanceOf(Delivered.class);
  }

  @Test
  void keepsWhatIsCertainWhenTheConnectionIsLostBetweenReplies() throws Exception {
    server.on(".carol@", FakeSmtpServer.CLOSE);

    Map<Recipient, RecipientResult> results = send(lmtp, toThree, content(MESSAGE));

    assertThat(results.get(BOB)).isInstanceOf(Delivered.class);
    assertThat(results.get(CAROL)).isInstanceOf(Deferred.class);
    assertThat(results.get(DAVE)).isInstanceOf(Deferred.class);
  }

  @Test
  void hearsTheRepliesBehindOneThatClosesTheConnection() throws Exception {
    server.on(".bob@", "421 4.3.2 no more for today");

    Map<Recipient, RecipientResult> results = send(lmtp, toThree, content(MESSAGE));

    assertThat(results.get(BOB)).isInstanceOf(Deferred.class);
    assertThat(results.get(CAROL)).isInstanceOf(Delivered.class);
    assertThat(results.get(DAVE)).isInstanceOf(Delivered.class);
    assertThat(client.keptConnections()).isZero();
  }

  @Test
  void countsAsDeliveredToTheMailbox() throws Exception {
    assertThat(send(lmtp, toThree, content(MESSAGE)).values())
        .allSatisfy(result -> assertThat(result)
            .isInstanceOfSatisfying(
                Delivered.class,
                delivered -> assertThat(delivered.finalDelivery()).isTrue()));
  }

  @Test
  void pipelinesAndUsesTheConnectionAgain() throws Exception {
    send(lmtp, toThree, content(MESSAGE));
    send(lmtp, toThree, content(MESSAGE));

    assertThat(server.dialogues()).hasSize(1);
    assertThat(server.dialogues().getFirst().flights()).anyMatch(flight -> flight.size() == 5);
  }

  @Test
  void hasNothingOlderThanLhlo() {
    server.on("LHLO", "500 5.5.1 unknown");

    assertThatThrownBy(() -> send(lmtp, toThree, content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class);
    assertThat(server.commands()).containsExactly("LHLO client.example");
  }
}
