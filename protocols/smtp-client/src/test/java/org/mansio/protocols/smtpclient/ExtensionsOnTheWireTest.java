package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

/** Each kind of mail to a host that offers its extension and to one that doesn't. */
class ExtensionsOnTheWireTest extends ClientTest {
  private static final String[] ALL = {
    "PIPELINING",
    "SIZE 0",
    "8BITMIME",
    "DSN",
    "SMTPUTF8",
    "CHUNKING",
    "BINARYMIME",
    "MT-PRIORITY MIXER",
    "DELIVERBY 60",
    "NO-SOLICITING org.example:ADV",
    "AUTH PLAIN"
  };

  private Map<Recipient, RecipientResult> send(Envelope envelope) throws Exception {
    return send(smtp, envelope, content(MESSAGE));
  }

  private static Envelope by(long seconds, DeliverBy.Mode mode, boolean trace) {
    return toBob().withDeliverBy(new DeliverBy(Instant.now().plusSeconds(seconds), mode, trace));
  }

  private void failsHere(Envelope envelope, String status) throws Exception {
    assertThat(send(envelope).get(BOB)).isInstanceOfSatisfying(Failed.class, failed -> {
      assertThat(failed.status()).isEqualTo(status(status));
      assertThat(failed.remoteMta()).isEmpty();
    });
    assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));
  }

  @ParameterizedTest
  @CsvSource({
    "MT-PRIORITY, -4",
    "MT-PRIORITY, 9",
    "AUTH, e+3Dmc2@example.com",
    "SOLICIT, org.example:ADV"
  })
  void passesParametersOnUnchangedOnlyWhereTheyAreOffered(String keyword, String value)
      throws Exception {
    Envelope envelope = toBob().withParameter(keyword, value);
    server.offering(ALL);
    assertThat(send(envelope).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).endsWith(" " + keyword + "=" + value);

    serve(FakeSmtpServer.smtp().offering("PIPELINING"));
    assertThat(send(envelope).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<alice@example.com>");
  }

  @Test
  void sendsNoParameterThatTheMailDoesNotHave() throws Exception {
    server.offering(ALL);
    send(toBob().withHoldUntil(Instant.now()).withParameter(Envelope.TLS_NOT_REQUIRED, ""));

    assertThat(mailCommand()).isEqualTo("MAIL FROM:<alice@example.com> SIZE=24 BODY=8BITMIME");
  }

  @Test
  void declaresTheRestOfTheTimeToDeliverBy() throws Exception {
    server.offering(ALL);
    assertThat(send(by(1000, DeliverBy.Mode.RETURN, true)).get(BOB)).isInstanceOf(Delivered.class);

    assertThat(mailCommand()).matches(".* BY=(9[0-9][0-9]|1000);RT");
  }

  @Test
  void declaresATimeThatIsOverWhereItIsOnlyToBeNotified() throws Exception {
    server.offering(ALL);
    assertThat(send(by(-500, DeliverBy.Mode.NOTIFY, false)).get(BOB)).isInstanceOf(Delivered.class);

    assertThat(mailCommand()).matches(".* BY=-5[0-9][0-9];N");
  }

  @Test
  void aMailThatReturnsInTimeGoesToNobodyWhoDoesNotKeepTheTime() throws Exception {
    failsHere(by(1000, DeliverBy.Mode.RETURN, false), "5.4.7");
  }

  @Test
  void aMailThatReturnsInTimeGoesToNobodyWhoWantsMoreTime() throws Exception {
    server.offering("DELIVERBY 3600");
    failsHere(by(1000, DeliverBy.Mode.RETURN, false), "5.4.7");
  }

  @Test
  void aMailWhoseTimeIsOverIsNotSent() throws Exception {
    server.offering("DELIVERBY");
    failsHere(by(0, DeliverBy.Mode.RETURN, false), "5.4.7");
  }

  @Test
  void aMailThatNotifiesInTimeGoesOnWithoutTheExtension() throws Exception {
    assertThat(send(by(1000, DeliverBy.Mode.NOTIFY, true)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).doesNotContain("BY=");
  }

  @Test
  void deliversOverLmtpWhateverTheTime() throws Exception {
    serve(FakeSmtpServer.lmtp());
    assertThat(
            send(lmtp, by(1000, DeliverBy.Mode.RETURN, false), content(MESSAGE)).get(BOB))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void asksForSmtpUtf8OnlyWhereTheMailNeedsIt() throws Exception {
    send(toBob().withSmtpUtf8(true));
    assertThat(mailCommand()).doesNotContain("SMTPUTF8");

    serve(FakeSmtpServer.smtp());
    send(smtp, toBob().withSmtpUtf8(true), content("Subject: Gr\u00fc\u00dfe\r\n\r\n"));
    assertThat(mailCommand()).endsWith(" SMTPUTF8");

    serve(FakeSmtpServer.smtp());
    send(smtp, toBob().withSmtpUtf8(true), content("Subject: x\r\n\r\nGr\u00fc\u00dfe\r\n"));
    assertThat(mailCommand()).doesNotContain("SMTPUTF8");

    serve(FakeSmtpServer.smtp());
    send(
        smtp,
        toBob().withSmtpUtf8(true),
        content("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
            + "Content-Disposition: attachment; filename=\"\u00e4.txt\"\r\n\r\nx\r\n--b--\r\n"));
    assertThat(mailCommand()).endsWith(" SMTPUTF8");
  }

  @Test
  void anInternationalDomainAloneNeedsNoExtension() throws Exception {
    server.offering("PIPELINING");
    Recipient recipient = Recipient.of("bob@b\u00fccher.example");

    assertThat(send(recipient).get(recipient)).isInstanceOf(Delivered.class);
    assertThat(server.commands()).contains("RCPT TO:<bob@xn--bcher-kva.example>");
  }

  @Test
  void writesAnInternationalOrcptInAsciiWhereTheMailIsAscii() throws Exception {
    Recipient bob = new Recipient(
        BOB.address(), Set.of(), Optional.of("utf-8;j\u00fcrgen@example.org"), Optional.empty());
    send(toBob().withRecipients(List.of(bob)));

    assertThat(server.commands())
        .contains("RCPT TO:<bob@example.org> ORCPT=utf-8;j\\x{FC}rgen@example.org");
  }

  @Test
  void keepsToTheHostsLimitOfDomains() throws Exception {
    server.offering("PIPELINING", "LIMITS RCPTDOMAINMAX=1 RCPTMAX=50");
    Recipient other = Recipient.of("erin@example.net");

    assertThat(send(BOB, other, CAROL).values()).allMatch(Delivered.class::isInstance);
    assertThat(server.taken())
        .extracting(FakeSmtpServer.Taken::recipients)
        .containsExactly(
            List.of("RCPT TO:<bob@example.org>", "RCPT TO:<carol@example.org>"),
            List.of("RCPT TO:<erin@example.net>"));
  }
}
