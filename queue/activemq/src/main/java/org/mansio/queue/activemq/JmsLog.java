package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQQueue;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The durable log in queues of a JMS broker. */
final class JmsLog implements DurableLog {
  private static final Logger LOG = LoggerFactory.getLogger(JmsLog.class);

  /** How long an embedded broker may take to hand out all entries; 250,000 take a few seconds. */
  private static final Duration RECOVERY = Duration.ofMinutes(10);

  /** On a shared broker another node may have a shard for good. */
  private static final Duration SHARED_RECOVERY = Duration.ofSeconds(2);

  private final Broker broker;
  private final int committers;
  private final CommitQueue commits;
  private final List<EntryShard> shards = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch recovering = new CountDownLatch(QueueNames.SHARDS);
  private final AtomicLong spooled = new AtomicLong();

  JmsLog(Broker broker, int committers) {
    this.broker = broker;
    this.committers = committers;
    this.commits = new CommitQueue(broker);
  }

  @Override
  public void open(EntryListener listener) throws QueueException {
    try {
      commits.open(committers);
      for (int i = 0; i < QueueNames.SHARDS; i++) {
        EntryShard shard = new EntryShard(i, broker, listener, recovering::countDown);
        shards.add(shard);
        threads.add(Thread.ofVirtual().name("queue-entries-" + i).start(shard));
      }
      boolean all = recovering.await(
          (broker.isEmbedded() ? RECOVERY : SHARED_RECOVERY).toMillis(), TimeUnit.MILLISECONDS);
      if (!all && broker.isEmbedded()) {
        throw new QueueException(
            QueueException.Reason.UNAVAILABLE,
            "outgoing mail couldn't be read within " + RECOVERY + ": see the log");
      }
      LOG.info("The queue is open; {} mails wait in the spool", spoolDepth());
    } catch (JMSException e) {
      close();
      throw Connections.unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueException(QueueException.Reason.CLOSED, "interrupted while opening", e);
    }
  }

  @Override
  public void append(Append records) throws QueueException {
    commits.append(records);
    spooled.addAndGet(records.spool().size());
  }

  @Override
  public SpoolReader newSpoolReader() {
    return new JmsSpoolReader(broker, spooled);
  }

  @Override
  public Optional<QueueException.Reason> refusal() {
    return commits.isConnected()
        ? Optional.empty()
        : Optional.of(QueueException.Reason.UNAVAILABLE);
  }

  @Override
  public long spoolDepth() {
    return broker.depth(QueueNames.SPOOL).orElseGet(() -> Math.max(0, spooled.get()));
  }

  @Override
  public List<byte[]> peekSpool(int limit) throws QueueException {
    ActiveMQConnection connection = null;
    try {
      connection = broker.connect();
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      QueueBrowser browser = session.createBrowser(new ActiveMQQueue(QueueNames.SPOOL));
      List<byte[]> records = new ArrayList<>();
      Enumeration<?> messages = browser.getEnumeration();
      while (records.size() < limit && messages.hasMoreElements()) {
        if (messages.nextElement() instanceof Message message) {
          records.add(Connections.octets(message));
        }
      }
      return records;
    } catch (JMSException e) {
      throw Connections.unavailable(e);
    } finally {
      Connections.close(connection);
    }
  }

  @Override
  public boolean keepsDamaged() {
    return broker.depth(QueueNames.DAMAGED).orElse(0) > 0;
  }

  @Override
  public void awaitRecovered() {
    // open() waits for all that this node has.
  }

  @Override
  public boolean keepsHeldInMemory() {
    return true;
  }

  @Override
  public boolean soleOwner() {
    return broker.isEmbedded();
  }

  @Override
  public void close() {
    shards.forEach(EntryShard::close);
    try {
      for (Thread thread : threads) {
        thread.join(SHARED_RECOVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    commits.close();
    broker.close();
  }
}
