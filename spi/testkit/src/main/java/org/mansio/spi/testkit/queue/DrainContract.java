package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitEmpty;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;

/** Mail that is fetched over a connection which its owner opened (RFC 2645). */
interface DrainContract extends QueueFixture {
  @Test
  default void drainingGivesEachEntryToTheCallersTransport() throws Exception {
    MailQueue queue = startWithWaiting(
        "ok1@example.net",
        "later@example.net",
        "never@example.com",
        "ok@held.example",
        "x@y.example");
    queue.control().hold(QueueFilter.destination("held.example"));
    ScriptedTransport connection = new ScriptedTransport("connection")
        .answer("example.net", ScriptedTransport::byLocalPart)
        .answer("example.com", ScriptedTransport::byLocalPart);

    QueueControl.Drained drained = queue
        .control()
        .drain(List.of("example.net", "example.com", "held.example", "none.example"), connection);

    assertThat(drained).isEqualTo(new QueueControl.Drained(3, 1));
    assertThat(transport().attempts()).isEmpty();
    assertThat(connection.attempts()).hasSize(3);
    await().until(() -> chain().bounced().size() == 1);
    assertThat(chain().bounced().getFirst().envelope().recipients().getFirst().address())
        .hasToString("never@example.com");
    assertThat(queue.control().list(QueueFilter.destination("example.net")))
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.state()).isEqualTo(QueueEntry.State.WAITING);
          assertThat(entry.attempts()).isEqualTo(1);
          assertThat(entry.lastError()).contains("451 4.7.1 come again");
        });
    awaitCount(queue, QueueEntry.State.HELD, 1);
    awaitCount(queue, QueueEntry.State.WAITING, 2);
  }

  @Test
  default void drainingEndsWhenTheConnectionIsLost() throws Exception {
    MailQueue queue = startWithWaiting("a@example.net", "b@example.net", "c@example.net");
    AtomicInteger calls = new AtomicInteger();
    ScriptedTransport connection = new ScriptedTransport("connection")
        .answer(
            "example.net",
            delivery -> calls.incrementAndGet() == 1
                ? ScriptedTransport.delivered(delivery)
                : ScriptedTransport.unreachable(delivery));

    assertThat(queue.control().drain(List.of("example.net"), connection))
        .isEqualTo(new QueueControl.Drained(2, 2));

    assertThat(calls).hasValue(2);
    awaitCount(queue, QueueEntry.State.WAITING, 2);
    MailQueue again = start(SHORT);
    awaitCount(again, QueueEntry.State.WAITING, 2);
    assertThat(again.control().drain(List.of("example.net"), new ScriptedTransport("connection")))
        .isEqualTo(new QueueControl.Drained(2, 0));
    awaitEmpty(again);
  }

  @Test
  default void twoDrainsAndARequestTryEachEntryOnce() throws Exception {
    String[] recipients = new String[40];
    Arrays.setAll(recipients, i -> "user" + i + "@example.net");
    MailQueue queue = startWithWaiting(recipients);
    List<MailId> tried = new CopyOnWriteArrayList<>();
    ScriptedTransport.Answer remember = delivery -> {
      tried.add(delivery.mail().id());
      return ScriptedTransport.delivered(delivery);
    };
    transport().answer("example.net", remember);
    ScriptedTransport connection =
        new ScriptedTransport("connection").answer("example.net", remember);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    List<Thread> drains = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      drains.add(Thread.ofVirtual().start(() -> {
        try {
          queue.control().drain(List.of("example.net"), connection);
        } catch (InterruptedException | RuntimeException e) {
          failures.add(e);
        }
      }));
    }
    queue.control().start("example.net", false);
    for (Thread drain : drains) {
      drain.join();
    }

    awaitEmpty(queue);
    assertThat(failures).isEmpty();
    assertThat(tried).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  default void anInterruptedDrainRecordsWhatIsCertain() throws Exception {
    MailQueue queue = startWithWaiting("ok1@example.net", "ok2@example.net", "ok3@example.net");
    AtomicInteger calls = new AtomicInteger();
    ScriptedTransport connection = new ScriptedTransport("connection")
        .answer("example.net", delivery -> {
          if (calls.incrementAndGet() == 2) {
            throw new InterruptedException();
          }
          return ScriptedTransport.delivered(delivery);
        });

    Throwable thrown =
        catchThrowable(() -> queue.control().drain(List.of("example.net"), connection));

    assertThat(thrown).isInstanceOf(InterruptedException.class);
    assertThat(calls).hasValue(2);
    assertThat(queue.control().list(QueueFilter.all()))
        .hasSize(2)
        .allSatisfy(entry -> assertThat(entry.attempts()).isZero());
    awaitCount(queue, QueueEntry.State.WAITING, 2);
  }
}
