package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.smtp.SmtpProbe.Answer;
import org.mansio.spi.smtp.SmtpProbe.Question;
import org.mansio.spi.testkit.FakeSmtpServer;

class MailboxProbeTest extends DeliveryTest {
  private final FakeSmtpServer server = FakeSmtpServer.smtp();
  private final MailboxProbe probe = new MailboxProbe(services);

  @AfterEach
  void stop() {
    probe.close();
    server.close();
  }

  private Answer ask(String recipient, Optional<String> host) throws Exception {
    return ask(recipient, host, false);
  }

  private Answer ask(String recipient, Optional<String> host, boolean privateHosts)
      throws Exception {
    Optional<HostPort> asked = host.isPresent()
        ? Optional.of(HostPort.parse(host.get() + ":" + server.port()))
        : Optional.empty();
    return probe.ask(new Question(
        MailAddress.of(recipient),
        Optional.of(MailAddress.of("check@example.org")),
        asked,
        privateHosts,
        Duration.ofSeconds(20)));
  }

  @Test
  void asksTheHostThatIsNamed() throws Exception {
    server.on("RCPT TO:<nobody@", "550 5.1.1 no such user");
    assertThat(ask("bob@example.org", Optional.of("localhost"))).isEqualTo(new Answer.Taken());
    assertThat(ask("nobody@example.org", Optional.of("localhost")))
        .isInstanceOf(Answer.Refused.class);
    assertThat(server.commands()).contains("EHLO mx.example.org", "MAIL FROM:<check@example.org>");
  }

  @Test
  void triesTheNextAddressOfAHost() throws Exception {
    services.dns.address("inner.example", "127.0.0.2").address("inner.example", "127.0.0.1");
    assertThat(ask("bob@example.org", Optional.of("inner.example"))).isEqualTo(new Answer.Taken());
  }

  @Test
  void isntSentIntoTheOperatorsNetworkByWhoeverOwnsADomain() throws Exception {
    // Nothing listens there: only whether it is tried is asked.
    services.dns.mx("evil.example", 10, "inside.example").address("inside.example", "127.66.25.9");
    for (String recipient : List.of("bob@evil.example", "bob@[127.66.25.9]")) {
      assertThat(ask(recipient, Optional.empty()))
          .isInstanceOfSatisfying(
              Answer.Unknown.class,
              unknown -> assertThat(unknown.reason()).contains("public address"));
      assertThat(ask(recipient, Optional.empty(), true))
          .isInstanceOfSatisfying(
              Answer.Unknown.class,
              unknown -> assertThat(unknown.reason()).doesNotContain("public address"));
    }
  }

  @Test
  void aHostThatTurnsUsAwaySaysNothingOfTheAddress() throws Exception {
    server.on("", "554 5.7.1 go away");
    assertThat(ask("bob@example.org", Optional.of("localhost"))).isInstanceOf(Answer.Unknown.class);
  }

  @Test
  void aDomainThatTakesNoMailHasNoSuchAddress() throws Exception {
    services.dns.mx("null.example", 0, "").broken("slow.example");
    assertThat(ask("bob@null.example", Optional.empty())).isInstanceOf(Answer.Refused.class);
    assertThat(ask("bob@nowhere.example", Optional.empty())).isInstanceOf(Answer.Refused.class);
    assertThat(ask("bob@slow.example", Optional.empty())).isInstanceOf(Answer.Unknown.class);
  }
}
