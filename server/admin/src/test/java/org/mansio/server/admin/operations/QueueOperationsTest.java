package org.mansio.server.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.server.admin.QueueItem;
import org.mansio.server.admin.QueuePage;
import org.mansio.server.admin.QueueStatus;
import org.mansio.server.admin.QueueWaiting;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueEntry.State;

class QueueOperationsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final ListedQueue queue = new ListedQueue();
  private final QueueOperations operations = new QueueOperations(queue);

  private void arrive(String id, Instant at, State state, String lane) {
    queue.entries.add(new QueueEntry(
        new org.mansio.spi.mail.MailId(id),
        state,
        Optional.empty(),
        List.of(MailAddress.of("bob@example.net")),
        Optional.of(lane),
        2048,
        at,
        1,
        Optional.empty(),
        Optional.of("451 later"),
        Optional.empty()));
  }

  private List<String> allIds(int limit) {
    List<String> ids = new ArrayList<>();
    String next = "";
    do {
      QueuePage page = operations.list("", next, limit);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
      page.entries().stream().map(QueueItem::id).forEach(ids::add);
      next = page.next() == null ? "" : page.next();
    } while (!next.isEmpty());
    return ids;
  }

  @Test
  void pagesTogetherHoldEachEntryOnceAlsoWhenManyArrivedAtTheSameInstant() {
    IntStream.range(0, 10)
        .forEach(i -> arrive("A" + i, NOON.plusSeconds(i / 4), State.READY, "remote:a.example"));

    for (int limit = 1; limit <= 11; limit++) {
      assertThat(allIds(limit))
          .containsExactly("A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9");
    }
  }

  @Test
  void aPageIsRightAlsoWhenOldMailHasLeftInBetween() {
    IntStream.range(0, 6)
        .forEach(i -> arrive("A" + i, NOON.plusSeconds(i), State.READY, "remote:a.example"));
    QueuePage first = operations.list("", "", 3);
    queue.entries.removeFirst();
    queue.entries.removeFirst();

    assertThat(operations.list("", String.valueOf(first.next()), 3).entries())
        .extracting(QueueItem::id)
        .containsExactly("A3", "A4", "A5");
  }

  @Test
  void itTellsHowFullTheQueueIsAndWhatIsDamaged() {
    arrive("A", NOON, State.READY, "remote:a.example");
    assertThat(operations.status()).isEqualTo(new QueueStatus(null, 1, 0, List.of()));

    queue.limit = OptionalLong.of(1);
    queue.damaged.add("journal/damaged-1-700");

    assertThat(operations.status())
        .isEqualTo(new QueueStatus("full", 1, 1, List.of("journal/damaged-1-700")));
    assertThat(operations.forgetDamaged()).isEqualTo(1);
    assertThat(operations.status().damaged()).isEmpty();
  }

  @Test
  void aMailInTheChainIsSaidToBeThere() {
    arrive("A1", NOON, State.SPOOL, "remote:a.example");

    assertThatThrownBy(() -> operations.hold("id=A1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("A1 is on its way through the chain");
    assertThat(operations.hold("id=A2")).isZero();
  }

  @Test
  void aPageHasALimit() {
    assertThatThrownBy(() -> operations.list("", "", 1001))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void conditionsCombine() {
    arrive("A1", NOON, State.DEFERRED, "remote:a.example");
    arrive("A2", NOON, State.DEFERRED, "remote:b.example");
    arrive("A3", NOON, State.HELD, "remote:b.example");

    assertThat(
            operations.count("state=deferred  destination=b.example sender=<> recipient=\"BOB@\""))
        .isEqualTo(1);
    assertThat(operations.count("state=Held")).isEqualTo(1);
    assertThat(operations.count("id=A2")).isEqualTo(1);
    assertThatThrownBy(() -> operations.count("state=lost"))
        .hasMessageContaining("spool, ready, active, deferred, waiting, held");
  }

  @Test
  void agesCountFromNow() {
    arrive("A1", NOON, State.DEFERRED, "remote:a.example");
    QueueOperations later = new QueueOperations(queue, InstantSource.fixed(NOON.plusSeconds(7200)));

    assertThat(later.count("older-than=1h")).isEqualTo(1);
    assertThat(later.count("older-than=3h")).isZero();
    assertThat(later.count("younger-than=3h error=\"451 later\"")).isEqualTo(1);
    assertThat(later.count("younger-than=1h")).isZero();
    assertThat(later.count("min-size=2K max-size=2K")).isEqualTo(1);
    assertThat(later.count("max-size=2047")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "held",
        "state = held",
        "sate=held",
        "state=held state=ready",
        "error=\"open",
        "error=\"a\"b",
        "older-than=4",
        "destination=",
        "state=held sender=\"\"",
        "recipient=\" \"",
        "id=no id"
      })
  void conditionsThatCantBeReadTouchNothing(String conditions) {
    arrive("A1", NOON, State.HELD, "remote:a.example");

    assertThatThrownBy(() -> operations.remove(conditions))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(queue.entries).hasSize(1);
  }

  @Test
  void quotesInAValueAreEscaped() {
    queue.entries.add(new QueueEntry(
        new org.mansio.spi.mail.MailId("A1"),
        State.DEFERRED,
        Optional.empty(),
        List.of(MailAddress.of("bob@example.net")),
        Optional.of("remote:a.example"),
        2048,
        NOON,
        1,
        Optional.empty(),
        Optional.of("550 \"no\\such\" user"),
        Optional.empty()));

    assertThat(operations.count("error=\"\\\"no\\\\such\\\" u\"")).isEqualTo(1);
  }

  @Test
  void anOperationReachesWhatTheCountTold() {
    arrive("A1", NOON, State.DEFERRED, "remote:a.example");
    arrive("A2", NOON, State.DEFERRED, "remote:b.example");

    long told = operations.count("destination=b.example");

    assertThat(operations.flush("b.example")).isEqualTo(told);
    assertThat(operations.remove("destination=b.example")).isEqualTo(told);
    assertThat(allIds(10)).containsExactly("A1");
  }

  @Test
  void waitingMailIsCountedByDomainAndStarted() {
    arrive("A1", NOON, State.WAITING, "on-demand:a.example");
    arrive("A2", NOON.plusSeconds(1), State.WAITING, "on-demand:a.example");
    arrive("A3", NOON, State.WAITING, "on-demand:b.a.example");
    arrive("A4", NOON, State.DEFERRED, "remote:c.example");

    assertThat(operations.waiting("A.Example"))
        .containsExactly(
            new QueueWaiting("a.example", "on-demand:a.example", 2, 4096, "2026-01-01T12:00:00Z"));
    assertThat(operations.waiting(""))
        .extracting(QueueWaiting::domain)
        .containsExactly("a.example", "b.a.example");
    assertThat(operations.start("A.example", false)).isEqualTo(2);
    assertThat(operations.start("a.example", true)).isEqualTo(3);
    assertThat(operations.count("state=waiting")).isEqualTo(3);
    assertThatThrownBy(() -> operations.start("a..example", false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNullSenderShowsAsBrackets() {
    arrive("A1", NOON, State.READY, "remote:a.example");

    assertThat(operations.show("A1")).singleElement().satisfies(item -> {
      assertThat(item.sender()).isEqualTo("<>");
      assertThat(item.state()).isEqualTo("ready");
      assertThat(item.arrival()).isEqualTo("2026-01-01T12:00:00Z");
      assertThat(item.nextAttempt()).isNull();
    });
  }
}
