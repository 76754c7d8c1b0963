package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;

/** What an operator sees of a queue: counts, pages, and entries by what is looked for. */
interface QueueViewContract extends QueueFixture {
  @Test
  default void countsAndAgesAreToldByStateAndDestination() throws Exception {
    MailQueue queue = startWithDeferred("u1@a.example", "u2@a.example", "u3@b.example");
    Instant oldest = queue.control().list(QueueFilter.all()).toList().getFirst().arrival();
    assertThat(queue.control().hold(QueueFilter.destination("b.example"))).isEqualTo(1);

    assertThat(queue.control().counts())
        .contains(new QueueControl.StateCount(QueueEntry.State.DEFERRED, 2, Optional.of(oldest)))
        .contains(new QueueControl.StateCount(QueueEntry.State.READY, 0, Optional.empty()));
    assertThat(queue.control().destinations().getFirst()).satisfies(lane -> {
      assertThat(lane.lane()).isEqualTo("test:a.example");
      assertThat(lane.deferred()).isEqualTo(2);
      assertThat(lane.oldestArrival()).contains(oldest);
    });
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.HELD, 1);
    awaitCount(again, QueueEntry.State.DEFERRED, 2);
    assertThat(again.control().counts())
        .contains(new QueueControl.StateCount(QueueEntry.State.DEFERRED, 2, Optional.of(oldest)));
  }

  @Test
  default void pagesTogetherHoldEachEntryOnceOldestFirst() throws Exception {
    MailQueue queue = startWithDeferred(
        "u1@a.example", "u2@b.example", "u3@a.example", "u4@c.example", "u5@a.example");

    List<String> listed = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      QueueControl.Page page = queue.control().page(QueueFilter.all(), after, 2);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(2);
      page.entries().forEach(entry -> listed.add(entry.recipients().getFirst().localPart()));
      after = page.next();
    } while (after.isPresent());

    assertThat(listed).containsExactly("u1", "u2", "u3", "u4", "u5");
    Throwable wrong =
        catchThrowable(() -> queue.control().page(QueueFilter.all(), Optional.of("yesterday"), 1));
    assertThat(wrong).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void entriesAreFoundByAgeSizeAndLastError() throws Exception {
    MailQueue queue = startWithDeferred("u1@a.example", "u2@a.example");
    QueueEntry first = queue.control().list(QueueFilter.all()).toList().getFirst();
    QueueFilter all = QueueFilter.all();

    assertThat(first.lastStatus()).hasValueSatisfying(status -> {
      assertThat(status.status()).hasToString("4.7.1");
      assertThat(status.remoteMta()).contains("mx.example.net");
    });
    assertThat(queue.control().list(all.andArrived(Optional.of(first.arrival()), Optional.empty())))
        .extracting(entry -> entry.recipients().getFirst().localPart())
        .containsExactly("u2");
    assertThat(
            queue.control().count(all.andArrived(Optional.empty(), Optional.of(first.arrival()))))
        .isZero();
    assertThat(queue.control().count(all.andLastError("Come Again"))).isEqualTo(2);
    assertThat(queue.control().count(all.andLastError("mx.example.net"))).isEqualTo(2);
    assertThat(queue.control().count(all.andLastError("no such"))).isZero();
    assertThat(queue
            .control()
            .count(all.andSize(OptionalLong.of(first.size() + 1), OptionalLong.empty())))
        .isZero();
  }

  @Test
  default void aPreviewTellsWhatAnOperationThenTouches() throws Exception {
    MailQueue queue = startWithDeferred("u1@a.example", "u2@a.example", "u3@b.example");
    QueueControl control = queue.control();
    control.hold(QueueFilter.destination("b.example"));

    for (QueueControl.Operation operation : QueueControl.Operation.values()) {
      long expected = switch (operation) {
        case HOLD, RETRY -> 2;
        case RELEASE -> 1;
        case REMOVE, BOUNCE, MOVE -> 3;
      };
      assertThat(control.preview(operation, QueueFilter.all()))
          .as(operation.name())
          .isEqualTo(expected);
    }
    assertThat(control.hold(QueueFilter.all())).isEqualTo(2);
    assertThat(control.preview(QueueControl.Operation.HOLD, QueueFilter.all())).isZero();
  }
}
