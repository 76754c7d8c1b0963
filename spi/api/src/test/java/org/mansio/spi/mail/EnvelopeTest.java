package org.mansio.spi.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
  private static final Envelope PLAIN = Envelope.of("alice@example.org", "bob@example.com");

  @Test
  void whatWasSetIsRead() {
    Instant noon = Instant.parse("2026-03-01T12:00:00Z");
    DeliverBy by = new DeliverBy(noon, DeliverBy.Mode.NOTIFY, true);
    Envelope envelope = PLAIN.withPriority(-9).withHoldUntil(noon).withDeliverBy(by);

    assertThat(envelope.priority()).isEqualTo(-9);
    assertThat(envelope.holdUntil()).contains(noon);
    assertThat(envelope.deliverBy()).contains(by);
    assertThatThrownBy(() -> PLAIN.withPriority(10)).isInstanceOf(IllegalArgumentException.class);
  }

  /** A mail must come through whatever a mailet made of its parameters. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "high", "10", "-2147483648", "99999999999999999999", "9223372036854775807"})
  void whatCannotBeReadCountsAsNotGiven(String value) {
    Envelope envelope = PLAIN
        .withParameter(Envelope.MT_PRIORITY, value)
        .withParameter(Envelope.BY, value)
        .withParameter(Envelope.HOLD_UNTIL, value + "9999999999999999999");

    assertThat(envelope.priority()).isZero();
    assertThat(envelope.deliverBy()).isEmpty();
    assertThat(envelope.holdUntil()).isEmpty();
  }
}
