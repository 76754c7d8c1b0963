package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Message;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;

/** What extensions keep with a mail, out of parameters and of its own header. */
class ExtensionParametersTest {
  private static SpooledMail mail(TestListener listener, String mail, String message)
      throws IOException {
    try (Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("AUTH PLAIN AGFsaWNlQGV4YW1wbGUub3JnAGVjaWxh");
      assertThat(client.ask(mail)).startsWith("250");
      assertThat(client.ask("RCPT TO:<alice@example.org>")).startsWith("250");
      client.ask("DATA");
      assertThat(client.send(message).ask("\r\n.")).startsWith("250");
      return listener.services.queue.mails().getLast();
    }
  }

  private static Envelope envelope(TestListener listener, String mail, String message)
      throws IOException {
    return mail(listener, mail, message).envelope();
  }

  @Test
  void keepsTheTimesOfDeliveryAndRelease() throws IOException {
    try (TestListener listener =
        new TestListener("submission").set("auth", "always").start()) {
      Envelope timed = envelope(
          listener, "MAIL FROM:<alice@example.org> BY=7200;rt HOLDFOR=3600", "Subject: x\r\n");
      DeliverBy by = timed.deliverBy().orElseThrow();
      assertThat(by.mode()).isEqualTo(DeliverBy.Mode.RETURN);
      assertThat(by.trace()).isTrue();
      Instant now = Instant.now();
      assertThat(by.deadline()).isCloseTo(now.plusSeconds(7200), within(1, ChronoUnit.MINUTES));
      assertThat(timed.holdUntil().orElseThrow())
          .isCloseTo(now.plusSeconds(3600), within(1, ChronoUnit.MINUTES));
      Instant until = now.plusSeconds(100_000).truncatedTo(ChronoUnit.SECONDS);
      assertThat(envelope(listener, "MAIL FROM:<alice@example.org> HOLDUNTIL=" + until, "")
              .holdUntil())
          .contains(until);
    }
  }

  @Test
  void takesThePriorityFromParameterOrHeaderAsFarAsTheClientIsTrusted() throws IOException {
    try (TestListener trusting =
            new TestListener("smtp").set("relayNetworks", "127.0.0.0/8").start();
        TestListener listener = new TestListener("smtp").start()) {
      String header = "MT-Priority: 5 (urgent)\r\n";
      assertThat(envelope(trusting, "MAIL FROM:<>", header).priority()).isEqualTo(5);
      assertThat(envelope(listener, "MAIL FROM:<>", header).priority()).isZero();
      assertThat(envelope(listener, "MAIL FROM:<>", "MT-Priority: -3\r\n").priority())
          .isEqualTo(-3);
      assertThat(envelope(trusting, "MAIL FROM:<>", "MT-Priority: 55\r\n").priority())
          .isZero();
      assertThat(envelope(trusting, "MAIL FROM:<> MT-PRIORITY=2", header).priority())
          .isEqualTo(2);
      assertThat(envelope(listener, "MAIL FROM:<> MT-PRIORITY=2", header).priority())
          .isZero();
      assertThat(envelope(trusting, "MAIL FROM:<> MT-PRIORITY=0", header).priority())
          .isZero();
    }
  }

  @Test
  void notesThatTheMessageDoesWithoutTlsUnlessTheSenderRequiresIt() throws IOException {
    try (TestListener listener = new TestListener("smtp").set("tls", "implicit").start()) {
      String header = "tls-required: no\r\n";
      assertThat(overTls(listener, "MAIL FROM:<>", header).toleratesNoTls()).isTrue();
      assertThat(overTls(listener, "MAIL FROM:<>", "TLS-Required: Yes\r\n").toleratesNoTls())
          .isFalse();
      Envelope required = overTls(listener, "MAIL FROM:<> REQUIRETLS", header);
      assertThat(required.requiresTls()).isTrue();
      assertThat(required.parameters()).doesNotContainKey(Envelope.TLS_NOT_REQUIRED);
    }
  }

  private static Envelope overTls(TestListener listener, String mail, String message)
      throws IOException {
    try (Client client = new Client(listener.address(), listener.tls.client())) {
      client.reply();
      client.ask("EHLO client.example");
      client.ask(mail);
      client.ask("RCPT TO:<alice@example.org>");
      client.ask("DATA");
      assertThat(client.send(message).ask("\r\n.")).startsWith("250");
      return listener.services.queue.mails().getLast().envelope();
    }
  }

  @Test
  void keepsInternationalAddressesAndSaysSoInTheTraceField() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<ü@bücher.example> SMTPUTF8");
      client.ask("RCPT TO:<jürgen@example.org>");
      client.ask("DATA");
      client.ask(".");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(mail.envelope().smtpUtf8()).isTrue();
      assertThat(mail.envelope().reversePath()).isEqualTo("<ü@xn--bcher-kva.example>");
      assertThat(mail.origin().protocol()).isEqualTo("UTF8SMTP");
      assertThat(new String(mail.content().bytes(1 << 16), StandardCharsets.UTF_8))
          .contains("with UTF8SMTP id ")
          .contains("for <jürgen@example.org>;");
    }
  }

  @Test
  void saysForWhomAProxySpeaksAndWhatItsNameIs() throws IOException {
    try (TestListener listener =
            new TestListener("smtp").set("xclientNetworks", "127.0.0.0/8").start();
        Client client = listener.client()) {
      client.ask("EHLO proxy.example");
      client.ask("XCLIENT ADDR=IPV6:2001:db8::7 PORT=99 NAME=Far.Example.net PROTO=ESMTP HELO=far"
          + " LOGIN=alice@example.org");
      client.ask("MAIL FROM:<alice@example.org>");
      client.ask("RCPT TO:<alice@example.org>");
      client.ask("DATA");
      client.ask(".");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(mail.origin().remoteAddress()).contains("2001:db8:0:0:0:0:0:7");
      assertThat(mail.origin().remoteHost()).contains("far.example.net");
      assertThat(mail.origin().authenticatedUser()).contains("alice@example.org");
      assertThat(Message.of(mail.content()).headers().value("Received").orElse(""))
          .startsWith("from far (far.example.net [IPv6:2001:db8:0:0:0:0:0:7])")
          .contains("with ESMTPA");
    }
  }

  @Test
  void refusesClassesThatCannotBeAnnounced() {
    assertThatThrownBy(
            () -> new TestListener("smtp").set("noSoliciting", "spam, 1").create())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("'1' isn't a class");
    assertThatThrownBy(
            () -> new TestListener("smtp").set("noSoliciting", "a".repeat(491)).create())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("490 characters");
  }
}
