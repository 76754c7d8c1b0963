package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

/** Mail that must not leave without TLS, here and at all hosts behind (RFC 8689). */
class RequireTlsTest extends TlsFixture {
  private static Envelope requiringTls() {
    return toBob().withParameter(Envelope.REQUIRE_TLS, "");
  }

  private RecipientResult sendRequiringTls() throws Exception {
    return send(smtp, requiringTls(), content(MESSAGE)).get(BOB);
  }

  private void assertOurOwn(RecipientResult result, String status) {
    assertThat(result).isInstanceOfSatisfying(Failed.class, failed -> {
      assertThat(failed.status()).isEqualTo(status(status));
      assertThat(failed.remoteMta()).isEmpty();
    });
    assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));
  }

  @Test
  void mailThatRequiresTlsGoesWhereItIsPromisedOnwardUnderAVerifiedCertificate() throws Exception {
    trustTheServer();
    server.offering("PIPELINING", "STARTTLS", "REQUIRETLS");

    assertThat(sendRequiringTls()).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<alice@example.com> REQUIRETLS");
  }

  @Test
  void otherMailIsNotSaidToRequireTls() throws Exception {
    server.offering("PIPELINING", "STARTTLS", "REQUIRETLS");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<alice@example.com>");
  }

  @Test
  void mailThatRequiresTlsGoesToNobodyWhoDoesNotPromiseItOnward() throws Exception {
    trustTheServer();

    assertOurOwn(sendRequiringTls(), "5.7.30");
  }

  @Test
  void mailThatRequiresTlsGoesToNobodyWithoutTls() throws Exception {
    server.offering("PIPELINING", "REQUIRETLS");

    assertOurOwn(sendRequiringTls(), "5.7.10");
  }

  @Test
  void mailThatRequiresTlsGoesToNobodyWithAnotherCertificate() throws Exception {
    server.offering("PIPELINING", "STARTTLS", "REQUIRETLS");

    assertOurOwn(sendRequiringTls(), "5.7.10");
    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void mailThatRequiresTlsWaitsWhereTlsIsOnlyOutOfOrder() {
    server.offering("STARTTLS", "REQUIRETLS").on("STARTTLS", "454 4.7.0 not now");

    assertThatThrownBy(this::sendRequiringTls)
        .isInstanceOfSatisfying(
            ConnectFailure.class, e -> assertThat(e.permanent()).isFalse());
  }

  @Test
  void mailThatRequiresTlsDoesNotUseAConnectionOpenedForLess() throws Exception {
    trustTheServer();
    server.offering("PIPELINING", "STARTTLS", "REQUIRETLS");
    send(BOB);
    assertThat(client.keptConnections()).isEqualTo(1);

    assertThat(sendRequiringTls()).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
    assertThat(sendRequiringTls()).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void aReportAboutMailThatRequiresTlsIsNotLostForIt() throws Exception {
    Envelope report = requiringTls().withSender(Optional.empty());
    assertThat(send(smtp, report, content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<> BODY=8BITMIME");

    serve(FakeSmtpServer.smtp(serverContext).offering("STARTTLS", "REQUIRETLS"));
    assertThat(send(smtp, report, content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<> REQUIRETLS");
  }

  @Test
  void mailThatRequiresTlsIsDeliveredOverLmtp() throws Exception {
    serve(FakeSmtpServer.lmtp());

    assertThat(send(lmtp, requiringTls(), content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).doesNotContain("REQUIRETLS");
  }
}
