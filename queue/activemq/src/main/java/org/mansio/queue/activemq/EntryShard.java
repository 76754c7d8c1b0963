package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.UUID;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.command.ActiveMQQueue;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one consumer of a queue of outgoing entries. It receives all of them and acknowledges each only when it ends; until
 * then the broker keeps them for it. How far the entries of before the opening have been read is told by a mark that is put
 * at the queue's end. Where nodes share a broker, the first to come is the exclusive consumer and another takes over when
 * it goes; its mark may have been read by the former one, so it is put again until it comes back.
 */
final class EntryShard implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(EntryShard.class);

  /** Messages that the broker sends ahead of what was taken in; held ones don't count. */
  static final int PREFETCH = 1000;

  private static final Duration WAIT = Duration.ofSeconds(1);
  /** An embedded broker that sends nothing for so long has no memory to send more. */
  private static final Duration STALLED = Duration.ofSeconds(30);

  private static final Duration MARK_AGAIN = Duration.ofSeconds(10);

  private final int shard;
  private final Broker broker;
  private final EntryListener listener;
  private final Runnable onRecovered;
  private final GroupAcknowledge acknowledgements = new GroupAcknowledge();
  private final String opening = UUID.randomUUID().toString();
  private volatile @Nullable ActiveMQConnection connection;
  private volatile boolean closed;
  private boolean recovered;

  EntryShard(int shard, Broker broker, EntryListener listener, Runnable onRecovered) {
    this.shard = shard;
    this.broker = broker;
    this.listener = listener;
    this.onRecovered = onRecovered;
  }

  @Override
  public void run() {
    Thread.ofVirtual().name("queue-acknowledge-" + shard).start(acknowledgements);
    while (!closed) {
      try {
        ActiveMQConnection fresh = broker.connect();
        connection = fresh;
        read(fresh);
      } catch (JMSException e) {
        if (!closed) {
          LOG.warn("Outgoing entries of shard {} are waited for: {}", shard, e.getMessage());
          pause();
        }
      } catch (RuntimeException | Error e) {
        // A shard without its reader would be missing until the next start.
        LOG.error("Outgoing entries of shard {} can't be taken in and are read again", shard, e);
        pause();
      } finally {
        Connections.close(connection);
      }
    }
  }

  private void read(ActiveMQConnection current) throws JMSException {
    ActiveMQQueue queue = new ActiveMQQueue(
        QueueNames.outgoing(shard) + "?consumer.exclusive=true&consumer.prefetchSize=" + PREFETCH);
    Session session = current.createSession(false, ActiveMQSession.INDIVIDUAL_ACKNOWLEDGE);
    MessageConsumer consumer = session.createConsumer(queue);
    long marked = mark(current);
    long last = System.nanoTime();
    while (!closed) {
      Message message = consumer.receive(WAIT.toMillis());
      if (message != null) {
        received(current, message);
        last = System.nanoTime();
      } else if (!recovered
          && broker.isEmbedded()
          && System.nanoTime() - last > STALLED.toNanos()) {
        LOG.warn(
            "Shard {} holds as many outgoing entries as the broker has memory for; the rest is read as these end."
                + " Give the server more heap",
            shard);
        recovered(false);
      } else if (!recovered && System.nanoTime() - marked > MARK_AGAIN.toNanos()) {
        marked = mark(current);
      }
    }
  }

  private long mark(ActiveMQConnection current) throws JMSException {
    if (!recovered) {
      Session session = current.createSession(false, Session.AUTO_ACKNOWLEDGE);
      try {
        Message mark = session.createMessage();
        mark.setStringProperty(QueueNames.MARK, opening);
        session.createProducer(new ActiveMQQueue(QueueNames.outgoing(shard))).send(mark);
      } finally {
        session.close();
      }
    }
    return System.nanoTime();
  }

  private void received(ActiveMQConnection current, Message message) throws JMSException {
    String mark = message.getStringProperty(QueueNames.MARK);
    if (mark == null) {
      listener.arrived(shard, new Held(current, message), Connections.octets(message), !recovered);
      return;
    }
    message.acknowledge();
    if (mark.equals(opening) && !recovered) {
      recovered(true);
    }
  }

  private void recovered(boolean all) {
    recovered = true;
    listener.recovered(shard, all);
    onRecovered.run();
  }

  private static void pause() {
    try {
      Thread.sleep(WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops receiving; what is held stays in the queue. */
  void close() {
    closed = true;
    ActiveMQConnection last = connection;
    Connections.close(last);
    if (last != null) {
      acknowledgements.close(last);
    }
  }

  private final class Held implements HeldRecord {
    private final ActiveMQConnection from;
    private final Message message;

    Held(ActiveMQConnection from, Message message) {
      this.from = from;
      this.message = message;
    }

    @Override
    public String id() {
      try {
        return message.getJMSMessageID();
      } catch (JMSException e) {
        throw new IllegalStateException("a received message has an id", e);
      }
    }

    @Override
    public synchronized byte[] octets() {
      try {
        return Connections.octets(message);
      } catch (JMSException e) {
        throw new IllegalStateException("a received message is in memory", e);
      }
    }

    @Override
    public void end() throws QueueException {
      try {
        acknowledgements.acknowledge(from, message);
      } catch (QueueException e) {
        // A connection that lost an acknowledgement is given up, so that the broker sends again
        // what it still has.
        Connections.close(from);
        throw e;
      }
    }
  }
}
