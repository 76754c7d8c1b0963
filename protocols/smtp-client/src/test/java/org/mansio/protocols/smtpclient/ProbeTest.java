package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpProbe.Answer;

class ProbeTest extends ClientTest {
  private Answer ask(String recipient) throws Exception {
    return client.probe(peer(), smtp, Optional.empty(), MailAddress.of(recipient));
  }

  @Test
  void asksAsFarAsRcptAndSaysGoodbye() throws Exception {
    assertThat(ask("bob@example.org")).isEqualTo(new Answer.Taken());
    await()
        .untilAsserted(() -> assertThat(server.commands())
            .containsSubsequence("MAIL FROM:<>", "RCPT TO:<bob@example.org>", "QUIT"));
    assertThat(server.commands()).doesNotContain("DATA");
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void takesTheRefusalOfTheRecipientForAnAnswer() throws Exception {
    server.on("RCPT TO:<bob@", "550 5.1.1 no such user");
    assertThat(ask("bob@example.org"))
        .isEqualTo(new Answer.Refused("localhost said: 550 5.1.1 no such user"));
  }

  @Test
  void whatIsTemporaryOrAboutUsIsNoAnswer() throws Exception {
    server.on("RCPT TO:<busy@", "450 4.2.0 busy");
    server.on("RCPT TO:<policy@", "550 5.7.1 you are listed");
    server.on("RCPT TO:<lost@", "421 4.3.2 going down");
    assertThat(ask("busy@example.org")).isInstanceOf(Answer.Unknown.class);
    assertThat(ask("policy@example.org")).isInstanceOf(Answer.Unknown.class);
    assertThat(ask("lost@example.org")).isInstanceOf(Answer.Unknown.class);
    server.on("MAIL", "550 5.7.1 no bounces here");
    assertThat(ask("bob@example.org")).isInstanceOf(Answer.Unknown.class);
  }

  @Test
  void anAddressThatTheHostCantTakeIsntAskedFor() throws Exception {
    server.offering("PIPELINING");
    assertThat(ask("bücher@example.org")).isInstanceOf(Answer.Unknown.class);
    assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));
  }

  @Test
  void aHostThatDoesntGreetIsAConnectFailure() {
    server.on("", "554 5.7.1 go away");
    assertThatThrownBy(() -> ask("bob@example.org")).isInstanceOf(ConnectFailure.class);
  }
}
