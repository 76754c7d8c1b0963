package org.mansio.spi.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.RecipientStatus;

class QueueFilterTest {
  private static QueueEntry entry(Optional<MailAddress> sender) {
    return new QueueEntry(
        new MailId("A1"),
        QueueEntry.State.DEFERRED,
        sender,
        List.of(MailAddress.of("Bob@example.net")),
        Optional.of("remote:example.net"),
        10,
        Instant.EPOCH,
        1,
        Optional.empty(),
        Optional.of("451 4.7.1 come again"),
        Optional.of(new RecipientStatus(
            RecipientStatus.Action.DELAYED,
            EnhancedStatus.parse("4.7.1"),
            Optional.of("mx1.example.net"),
            "451 4.7.1 come again",
            Instant.EPOCH)));
  }

  private static QueueFilter bySender(String text) {
    return QueueFilter.all().andSender(text);
  }

  @Test
  void aDestinationIsTheLaneOrItsSecondPart() {
    assertThat(QueueFilter.destination("example.net").matches(entry(Optional.empty())))
        .isTrue();
    assertThat(QueueFilter.destination("remote:EXAMPLE.net").matches(entry(Optional.empty())))
        .isTrue();
    assertThat(QueueFilter.destination("net").matches(entry(Optional.empty()))).isFalse();
  }

  @Test
  void theNullSenderHasItsOwnSpelling() {
    assertThat(bySender("<>").matches(entry(Optional.empty()))).isTrue();
    assertThat(bySender("<>").matches(entry(Optional.of(MailAddress.of("a@example.org")))))
        .isFalse();
    assertThat(bySender("A@EXAMPLE").matches(entry(Optional.of(MailAddress.of("a@example.org")))))
        .isTrue();
  }

  @Test
  void conditionsCombineByAnd() {
    QueueFilter filter = QueueFilter.of(new MailId("A1")).and(QueueEntry.State.HELD);
    assertThat(filter.matches(entry(Optional.empty()))).isFalse();
    assertThat(QueueFilter.of(new MailId("A1")).matches(entry(Optional.empty())))
        .isTrue();
  }

  @Test
  void ageAndSizeHaveTwoSides() {
    QueueEntry entry = entry(Optional.empty());
    Optional<Instant> later = Optional.of(Instant.EPOCH.plusSeconds(1));
    Optional<Instant> same = Optional.of(Instant.EPOCH);

    assertThat(QueueFilter.all().andArrived(Optional.empty(), later).matches(entry))
        .isTrue();
    assertThat(QueueFilter.all().andArrived(Optional.empty(), same).matches(entry))
        .isFalse();
    assertThat(QueueFilter.all().andArrived(later, Optional.empty()).matches(entry))
        .isFalse();
    assertThat(
            QueueFilter.all().andSize(OptionalLong.of(10), OptionalLong.of(10)).matches(entry))
        .isTrue();
    assertThat(
            QueueFilter.all().andSize(OptionalLong.of(11), OptionalLong.empty()).matches(entry))
        .isFalse();
    assertThat(
            QueueFilter.all().andSize(OptionalLong.empty(), OptionalLong.of(9)).matches(entry))
        .isFalse();
  }

  @Test
  void anErrorIsFoundByItsTextOrItsHost() {
    QueueEntry entry = entry(Optional.empty());

    assertThat(QueueFilter.all().andLastError("COME again").matches(entry)).isTrue();
    assertThat(QueueFilter.all().andLastError("mx1.EXAMPLE").matches(entry)).isTrue();
    assertThat(QueueFilter.all().andLastError("mx2").matches(entry)).isFalse();
  }

  @Test
  void onlyAFilterWithoutConditionsMeansAll() {
    assertThat(QueueFilter.all().isAll()).isTrue();
    assertThat(QueueFilter.destination("example.net").isAll()).isFalse();
    assertThat(
            QueueFilter.all().andSize(OptionalLong.of(1), OptionalLong.empty()).isAll())
        .isFalse();
  }
}
