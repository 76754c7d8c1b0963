package org.mansio.queue.activemq;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.mansio.queue.FreeSpace;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/**
 * Measures the queue alone at depth: mails for many destinations that defer all of them, then the memory, a fresh mail for a
 * destination that takes it, the rate of new mail, and the start of a lane. With no destinations it opens what a former run
 * left and waits for so many mails. Arguments: directory, mails, destinations, octets. Not a test: figures are for people.
 */
public final class QueueDepth {
  private static final int SENDERS = 100;
  private static final int FRESH = 20_000;
  private static final String HEALTHY = "healthy.example";

  private final Path directory;
  private final int octets;
  private final AtomicInteger delivered = new AtomicInteger();
  private final AtomicInteger deferred = new AtomicInteger();

  private QueueDepth(Path directory, int octets) {
    this.directory = directory;
    this.octets = octets;
  }

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    int mails = Integer.parseInt(arguments[1]);
    int destinations = Integer.parseInt(arguments[2]);
    QueueDepth depth = new QueueDepth(Path.of(arguments[0]), Integer.parseInt(arguments[3]));
    if (destinations > 0) {
      depth.run(mails, destinations);
    } else {
      depth.again(mails);
    }
  }

  private void run(int mails, int destinations) throws Exception {
    MailQueue queue = open();
    System.out.printf("new mail, empty queue: %.0f/s%n", fresh(queue));
    System.out.printf("new mail, empty queue: %.0f/s%n", fresh(queue));
    double rate = rate(mails, () -> {
      enqueue(queue, mails, i -> "d" + i % destinations + ".example");
      while (deferred.get() < mails) {
        Thread.sleep(10);
      }
    });
    System.out.printf("deferring: %.0f/s%n", rate);
    memory();
    single(queue);
    System.out.printf("new mail, deep queue: %.0f/s%n", fresh(queue));
    System.out.printf("new mail, deep queue: %.0f/s%n", fresh(queue));
    lane(queue, destinations);
    System.out.printf(
        "counts: %s%n", millis(() -> System.out.println(queue.control().counts())));
    System.out.printf("close: %s%n", millis(() -> queue.close(Duration.ofSeconds(30))));
    memory();
  }

  /** In a process of its own, so that nothing is warm and no memory is shared with the queue before. */
  private void again(int expected) throws Exception {
    MailQueue queue = open();
    single(queue);
    System.out.printf(
        "until all are known: %s%n",
        millis(() -> {
          while (deferred(queue) < expected) {
            Thread.sleep(50);
          }
        }));
    memory();
    queue.close(Duration.ofSeconds(30));
  }

  private static long deferred(MailQueue queue) {
    return queue.control().counts().stream()
        .filter(count -> count.state() == QueueEntry.State.DEFERRED)
        .mapToLong(QueueControl.StateCount::count)
        .sum();
  }

  private MailQueue open() throws Exception {
    Settings settings = Settings.ofTexts(
        new ActiveMqQueueFactory().settings(),
        Map.of("retrySchedule", "4h", "delayWarning", "off"));
    MailQueue queue =
        ActiveMqQueueFactory.create(settings, directory, FreeSpace.of(directory), TraceLog.none());
    System.out.printf("open: %s%n", millis(queue::open));
    MemoryTransports transports = new MemoryTransports();
    transports.register(new Depth());
    queue.start(
        mail -> {
          String domain = mail.envelope().recipients().getFirst().address().domain();
          return new ProcessingResult(
              List.of(),
              List.of(new Dispatch(mail, new Route("depth", domain, "bounces"))),
              List.of());
        },
        transports);
    return queue;
  }

  private final class Depth implements Transport {
    @Override
    public String name() {
      return "depth";
    }

    @Override
    public DeliveryReport deliver(Delivery delivery) {
      if (delivery.route().destination().equals(HEALTHY)) {
        delivered.incrementAndGet();
        return ScriptedTransport.delivered(delivery);
      }
      deferred.incrementAndGet();
      return ScriptedTransport.deferred(delivery);
    }
  }

  private void single(MailQueue queue) throws Exception {
    int before = delivered.get();
    System.out.printf(
        "a fresh mail: %s%n",
        millis(() -> {
          enqueue(queue, 1, i -> HEALTHY);
          while (delivered.get() == before) {
            Thread.sleep(1);
          }
        }));
  }

  private double fresh(MailQueue queue) throws Exception {
    int before = delivered.get();
    return rate(FRESH, () -> {
      enqueue(queue, FRESH, i -> HEALTHY);
      while (delivered.get() < before + FRESH) {
        Thread.sleep(1);
      }
    });
  }

  private void lane(MailQueue queue, int destinations) throws Exception {
    int before = deferred.get();
    System.out.printf(
        "starting one domain: %s%n",
        millis(() -> {
          System.out.println(
              queue.control().start("d" + destinations / 2 + ".example", false) + " mails");
          while (deferred.get() == before) {
            Thread.sleep(1);
          }
        }));
  }

  private interface Work {
    void run() throws Exception;
  }

  private static String millis(Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms";
  }

  private static double rate(int mails, Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    return mails / ((System.nanoTime() - begin) / 1e9);
  }

  private static void memory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf("heap: %d MB%n", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
  }

  private interface Domains {
    String of(int mail);
  }

  private void enqueue(MailQueue queue, int mails, Domains domains) throws Exception {
    AtomicInteger next = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(SENDERS);
    for (int sender = 0; sender < SENDERS; sender++) {
      Thread.ofVirtual().start(() -> {
        try {
          for (int i = next.getAndIncrement(); i < mails; i = next.getAndIncrement()) {
            queue.enqueue(SpooledMail.arriving(
                Envelope.of("a@example.org", new MailAddress("b" + i, domains.of(i)).toString()),
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
}
