package org.mansio.spi.testkit.queue;

import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.SampleMails.mail;

import java.nio.file.Path;
import java.time.Duration;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.testkit.MemoryTrace;
import org.mansio.spi.testkit.queue.MailQueueContract.Timing;

/** What the parts of the contract have at hand: queues over one directory, and all that is around them. */
interface QueueFixture {
  Duration SHORT = Duration.ofMillis(100);
  Duration LONG = Duration.ofHours(1);
  Duration DAYS = Duration.ofDays(5);

  /** How long a queue may take to finish what is under way. */
  Duration GRACE = Duration.ofSeconds(10);

  /** Where the queues lie. */
  Path directory();

  /** The transport that {@link #chain} sends all mail to. */
  ScriptedTransport transport();

  /** From the next start on, mail goes to another transport of the same name. */
  void replaceTransport(ScriptedTransport transport);

  /** From the next start on, the transport that the mail is for isn't there. */
  void removeTransport();

  /** The chain of queues that are started without one of their own. */
  RoutingChain chain();

  /** What the queues have told of mails. */
  MemoryTrace trace();

  /** A queue that takes mail but does nothing with it yet; the one before is closed. */
  MailQueue open(Timing timing) throws Exception;

  /** Lets an open queue do its work. */
  void start(MailQueue queue, MailProcessor processor) throws Exception;

  default MailQueue open(Duration retryDelay, Duration maxAge) throws Exception {
    return open(new Timing(retryDelay, maxAge, DAYS));
  }

  default MailQueue start(Timing timing) throws Exception {
    MailQueue queue = open(timing);
    start(queue, chain());
    return queue;
  }

  default MailQueue start(Duration retryDelay) throws Exception {
    return start(retryDelay, chain());
  }

  default MailQueue start(Duration retryDelay, MailProcessor processor) throws Exception {
    MailQueue queue = open(retryDelay, DAYS);
    start(queue, processor);
    return queue;
  }

  /** From the next start on, all lanes rest until somebody asks for their mail. */
  default void restLanesUntilAsked() {
    replaceTransport(ScriptedTransport.onDemand(transport().name()));
  }

  /** A queue whose lanes rest until somebody asks, with one mail for each recipient. */
  default MailQueue startWithWaiting(String... recipients) throws Exception {
    restLanesUntilAsked();
    MailQueue queue = start(SHORT);
    for (String recipient : recipients) {
      queue.enqueue(mail(recipient));
    }
    awaitCount(queue, QueueEntry.State.WAITING, recipients.length);
    return queue;
  }

  /** A queue with one mail for each recipient, all of them tried in vain once and far from the next attempt. */
  default MailQueue startWithDeferred(String... recipients) throws Exception {
    MailQueue queue = start(LONG);
    for (String recipient : recipients) {
      transport().answer(MailAddress.of(recipient).domain(), ScriptedTransport::deferred);
      queue.enqueue(mail(recipient));
    }
    awaitCount(queue, QueueEntry.State.DEFERRED, recipients.length);
    return queue;
  }
}
