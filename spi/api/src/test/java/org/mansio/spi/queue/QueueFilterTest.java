package org.mansio.spi.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;

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
        Optional.empty());
  }

  private static QueueFilter bySender(String text) {
    return new QueueFilter(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(text), Optional.empty());
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
    QueueFilter filter = new QueueFilter(
        Optional.of(new MailId("A1")),
        Optional.of(QueueEntry.State.HELD),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
    assertThat(filter.matches(entry(Optional.empty()))).isFalse();
    assertThat(QueueFilter.of(new MailId("A1")).matches(entry(Optional.empty())))
        .isTrue();
  }
}
