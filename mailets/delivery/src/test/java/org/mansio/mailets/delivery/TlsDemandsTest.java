package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Failed;

/** What mail does that says itself whether it needs TLS (RFC 8689). */
class TlsDemandsTest extends RemoteDeliveryFixture {
  private static Envelope requiringTls() {
    return Envelope.of("alice@example.org", "bob@example.com")
        .withParameter(Envelope.REQUIRE_TLS, "");
  }

  @Test
  void mailThatRequiresTlsGoesToNoHostOfDoubtfulName() throws Exception {
    mx();

    DeliveryReport report = deliver(byMx(), requiringTls());

    assertThat(report.results().get(BOB).status()).hasToString("5.7.10");
    assertThat(report.results().get(BOB).diagnostic()).contains("DNSSEC");
    assertThat(server.dialogues()).isEmpty();
  }

  @Test
  void mailThatRequiresTlsIsOfferedToAllHostsAndThenReturned() throws Exception {
    mx();
    services
        .dns
        .mx("example.com", 20, "second.example.com")
        .address("second.example.com", "127.0.0.1")
        .authentic("example.com");

    DeliveryReport report = deliver(byMx(), requiringTls());

    assertThat(report.results().get(BOB))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.status()).hasToString("5.7.10"));
    assertThat(server.dialogues()).hasSize(2);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void mailThatDoesNotNeedTlsDoesNotLiftTlsThatTheOperatorRequires() throws Exception {
    mx();
    Envelope tolerant = Envelope.of("alice@example.org", "bob@example.com")
        .withParameter(Envelope.TLS_NOT_REQUIRED, "");
    Map<String, String> required =
        Map.of("port", String.valueOf(server.port()), "startTLS", "required");
    assertThat(deliver(required, BOB).results().get(BOB)).isInstanceOf(Deferred.class);
    assertThat(deliver(required, tolerant).results().get(BOB)).isInstanceOf(Deferred.class);

    Map<String, String> gateway = Map.of(
        "gateway", "127.0.0.1:" + server.port(), "startTLS", "required", "outgoing", "relay");
    assertThat(deliver(gateway, tolerant).results().get(BOB)).isInstanceOf(Deferred.class);
  }
}
