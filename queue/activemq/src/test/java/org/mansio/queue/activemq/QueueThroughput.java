package org.mansio.queue.activemq;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.mansio.queue.FreeSpace;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.RoutingChain;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/**
 * Measures the queue alone: how fast it takes mail, and how fast mail is through a chain of nothing and a transport that
 * answers after a while. Arguments: directory, mails, senders, octets, milliseconds of the transport. Not a test: figures
 * are for people.
 */
public final class QueueThroughput {
  private QueueThroughput() {}

  /** Prints mails a second for both. */
  public static void main(String[] arguments) throws Exception {
    int mails = Integer.parseInt(arguments[1]);
    int senders = Integer.parseInt(arguments[2]);
    int octets = Integer.parseInt(arguments[3]);
    long millis = Long.parseLong(arguments[4]);
    for (int i = 0; i < 3; i++) {
      Path directory = Files.createTempDirectory(Path.of(arguments[0]), "throughput");
      round(directory, mails, senders, octets, millis);
    }
  }

  private static void round(Path directory, int mails, int senders, int octets, long millis)
      throws Exception {
    Settings settings = Settings.ofTexts(new ActiveMqQueueFactory().settings(), Map.of());
    MailQueue queue =
        ActiveMqQueueFactory.create(settings, directory, FreeSpace.of(directory), TraceLog.none());
    long opening = System.nanoTime();
    queue.open();
    System.out.printf(
        "open: %d ms%n", Duration.ofNanos(System.nanoTime() - opening).toMillis());
    System.out.printf(
        "enqueue: %.0f/s%n", rate(mails, () -> enqueue(queue, mails, senders, octets)));
    AtomicInteger delivered = new AtomicInteger();
    MemoryTransports transports = new MemoryTransports();
    transports.register(transport(millis, delivered));
    RoutingChain chain = new RoutingChain("sink");
    double drained = rate(mails, () -> {
      queue.start(chain::dispatch, transports);
      awaitCount(delivered, mails);
    });
    System.out.printf("spool to delivered: %.0f/s%n", drained);
    delivered.set(0);
    double both = rate(mails, () -> {
      enqueue(queue, mails, senders, octets);
      awaitCount(delivered, mails);
    });
    System.out.printf("enqueue to delivered: %.0f/s%n", both);
    queue.close(Duration.ofSeconds(10));
  }

  private static Transport transport(long millis, AtomicInteger delivered) {
    return new Transport() {
      @Override
      public String name() {
        return "sink";
      }

      @Override
      public DeliveryReport deliver(Delivery delivery) throws InterruptedException {
        Thread.sleep(millis);
        delivered.incrementAndGet();
        return ScriptedTransport.delivered(delivery);
      }
    };
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double rate(int mails, Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    return mails / ((System.nanoTime() - begin) / 1e9);
  }

  private static void enqueue(MailQueue queue, int mails, int senders, int octets)
      throws Exception {
    AtomicInteger left = new AtomicInteger(mails);
    CountDownLatch done = new CountDownLatch(senders);
    for (int i = 0; i < senders; i++) {
      Thread.ofVirtual().start(() -> {
        try {
          while (left.getAndDecrement() > 0) {
            queue.enqueue(SpooledMail.arriving(
                Envelope.of("a@example.org", "b@example.net"),
                Content.of(new byte[octets]),
                Origin.local()));
          }
        } catch (Exception e) {
          e.printStackTrace();
        } finally {
          done.countDown();
        }
      });
    }
    done.await();
  }

  private static void awaitCount(AtomicInteger counter, int count) throws InterruptedException {
    while (counter.get() < count) {
      Thread.sleep(1);
    }
  }
}
