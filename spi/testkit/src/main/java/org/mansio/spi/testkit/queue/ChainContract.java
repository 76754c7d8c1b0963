package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitEmpty;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitLatch;
import static org.mansio.spi.testkit.queue.SampleMails.ids;
import static org.mansio.spi.testkit.queue.SampleMails.mail;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;

/** What a queue does around the chain: what it made is kept, what it could not do is done again, and no mail waits for another. */
interface ChainContract extends QueueFixture {
  @Test
  default void whatTheChainMakesReplacesTheMailItMadeItFrom() throws Exception {
    SpooledMail child = mail("child@example.com");
    SpooledMail parent = mail("parent@example.net");
    MailQueue queue = start(LONG, mail -> {
      ProcessingResult dispatched = chain().process(mail);
      return mail.id().equals(parent.id())
          ? new ProcessingResult(List.of(child), dispatched.dispatches(), List.of())
          : dispatched;
    });

    queue.enqueue(parent);

    await().until(() -> transport().attempts().size() == 2);
    assertThat(ids(chain().processed())).containsExactly(parent.id(), child.id());
    awaitEmpty(queue);
  }

  @Test
  default void aChainThatThrowsKeepsTheMail() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    MailQueue queue = start(LONG, mail -> {
      calls.incrementAndGet();
      throw new IllegalStateException("broken on purpose");
    });
    SpooledMail mail = mail("user@example.net");
    queue.enqueue(mail);
    await().until(() -> calls.get() == 1);
    await()
        .untilAsserted(() -> assertThat(
                queue.control().list(QueueFilter.of(QueueEntry.State.SPOOL)))
            .anyMatch(entry -> entry.id().equals(mail.id()) && entry.lastError().isPresent()));

    MailQueue again = start(LONG);
    // Entries may become known behind the start.
    await().until(() -> again.control().retry(QueueFilter.of(mail.id())) == 1);

    await()
        .until(() ->
            ids(transport().attempts().stream().map(d -> d.mail()).toList()).contains(mail.id()));
    awaitEmpty(again);
  }

  @Test
  default void aPostponedPartGoesBackToItsPlaceInTheChainLater() throws Exception {
    MailQueue queue = start(
        LONG,
        mail -> mail.position() == 3
            ? chain().process(mail)
            : new ProcessingResult(
                List.of(),
                List.of(),
                List.of(new ProcessingResult.Postponed(
                    mail.at("root", 3, 1), SHORT, "directory away"))));

    SpooledMail mail = mail("user@example.net");
    queue.enqueue(mail);

    await().until(() -> transport().attempts().size() == 1);
    assertThat(chain().processed().getFirst().at("root", 0, 0).withContent(mail.content()))
        .isEqualTo(mail);
    assertThat(chain().processed().getFirst().attempts()).isEqualTo(1);
    awaitEmpty(queue);
  }

  @Test
  default void aSlowMailInTheChainHoldsUpNoOther() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    SpooledMail slow = mail("slow@example.net");
    MailQueue queue = start(LONG, mail -> {
      if (mail.id().equals(slow.id())) {
        awaitLatch(release);
      }
      return chain().process(mail);
    });
    queue.enqueue(slow);
    for (int i = 0; i < 100; i++) {
      queue.enqueue(mail("user" + i + "@example.com"));
    }
    await().until(() -> transport().attempts("example.com").size() == 100);
    assertThat(transport().attempts("example.net")).isEmpty();

    release.countDown();

    await().until(() -> transport().attempts("example.net").size() == 1);
    awaitEmpty(queue);
  }
}
