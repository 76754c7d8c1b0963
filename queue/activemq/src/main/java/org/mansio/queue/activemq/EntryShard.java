package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Duration;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.command.ActiveMQQueue;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.log.StopSignal;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one consumer of a queue of outgoing entries. It receives all of them and acknowledges each only when it ends; until
 * then the broker keeps them for it. Servers that share a broker have the shards as {@link Nodes} says; the consumer is
 * exclusive, so that one who comes too early waits until the former one has gone.
 *
 * <p>How far the entries of before the opening have been read is told by {@link ShardMarks a mark} at the queue's end. A former
 * owner may have read the mark; it is put again until it comes back. Each connection begins anew: what its predecessor held
 * comes again, to this server or to another.
 */
final class EntryShard implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(EntryShard.class);

  /**
   * Messages that the broker sends ahead of what was taken in; held ones don't count. Not above the pages that a broker reads
   * (maxPageSize, 200 unless set otherwise), or it stalls.
   */
  static final int PREFETCH = 200;

  private static final Duration WAIT = Duration.ofMillis(500);

  /** How soon it is noticed that a shard has become this server's. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** How long a reading that broke off waits for the next one. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  /** So long nothing must come before a shard without a mark is taken for read. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  /** How long a shard that goes to another server waits for the attempts under way. */
  private static final Duration HAND_OVER = Duration.ofMinutes(1);

  private final int shard;
  private final Broker broker;
  private final Nodes nodes;
  private final EntryListener listener;
  private final Runnable onRecovered;
  private volatile @Nullable ActiveMQConnection connection;
  private final StopSignal closing = new StopSignal();
  /** Whether the broker feeds this consumer, and nobody else. */
  private volatile boolean owner;

  private final AppendDoubts doubts;

  private final ShardMarks marks;
  private boolean recovered;
  /** What {@link Nodes#breaks} said when the shard was here last, or this server began. */
  private int breaks;

  /** @param doubts hears of each record that arrives */
  EntryShard(
      int shard,
      Broker broker,
      Nodes nodes,
      EntryListener listener,
      AppendDoubts doubts,
      Runnable onRecovered) {
    this.shard = shard;
    this.broker = broker;
    this.nodes = nodes;
    this.listener = listener;
    this.doubts = doubts;
    this.marks = new ShardMarks(shard, broker);
    this.onRecovered = onRecovered;
  }

  boolean isOwner() {
    return owner;
  }

  @Override
  public void run() {
    while (!closing.isGiven()) {
      if (!nodes.isOurs(shard)) {
        marks.giveUp();
        closing.pause(LOOK);
        continue;
      }
      GroupAcknowledge acknowledgements = new GroupAcknowledge();
      try {
        ActiveMQConnection fresh = broker.connect();
        connection = fresh;
        Thread acknowledging =
            Thread.ofVirtual().name("queue-acknowledge-" + shard).start(acknowledgements);
        // An acknowledgement that fails unanswered leaves a message with us that nobody here knows.
        fresh.setExceptionListener(failure -> Connections.close(fresh));
        read(fresh, acknowledgements);
        acknowledgements.close();
        // What has been done by now is at the broker before the next one reads.
        acknowledging.join(HAND_OVER);
      } catch (JMSException e) {
        if (!closing.isGiven()) {
          LOG.debug("Outgoing entries of shard {} are waited for: {}", shard, e.getMessage());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) {
        // A shard without its reader would be missing until the next start.
        LOG.error("Outgoing entries of shard {} can't be taken in and are read again", shard, e);
      } finally {
        leave();
        acknowledgements.close();
      }
    }
  }

  private void disown() {
    // One who hasn't read it all doesn't know yet what may have been under way.
    if (owner && recovered) {
      breaks = nodes.breaks();
    }
    owner = false;
  }

  private void leave() {
    disown();
    if (!closing.isGiven()) {
      listener.lost(shard, Duration.ZERO);
    }
    Connections.close(connection);
    connection = null;
    marks.lost();
    closing.pause(AGAIN);
  }

  /**
   * Runs something when all records that were in the shard by now have arrived; never when the shard isn't this server's, or
   * goes to another one before.
   */
  void whenRead(Runnable action) {
    if (nodes.isOurs(shard)) {
      marks.whenRead(action);
    }
  }

  private void read(ActiveMQConnection current, GroupAcknowledge acknowledgements)
      throws JMSException {
    ActiveMQQueue queue = new ActiveMQQueue(
        QueueNames.outgoing(shard) + "?consumer.exclusive=true&consumer.prefetchSize=" + PREFETCH);
    Session session = current.createSession(false, ActiveMQSession.INDIVIDUAL_ACKNOWLEDGE);
    MessageConsumer consumer = session.createConsumer(queue);
    recovered = false;
    marks.open();
    long last = System.nanoTime();
    while (!closing.isGiven() && nodes.isOurs(shard) && !current.isTransportFailed()) {
      Message message = consumer.receive(WAIT.toMillis());
      if (message != null) {
        if (!owner) {
          own();
          marks.owned();
        }
        received(current, message, acknowledgements);
        last = System.nanoTime();
      } else if (!recovered && owner && marks.isRefused()) {
        // There is no room for a mark, and none comes by waiting: what is here has to be delivered.
        if (System.nanoTime() - last > QUIET.toNanos()) {
          recovered();
        }
      } else if (!recovered) {
        marks.openAgain();
      }
      if (recovered) {
        marks.putForWaiting();
      }
    }
    if (!closing.isGiven() && owner && !current.isTransportFailed()) {
      LOG.info("Shard {} of outgoing mail goes to another server", shard);
      disown();
      listener.lost(shard, HAND_OVER);
    }
  }

  private void own() {
    owner = true;
    if (nodes.breaks() != breaks) {
      LOG.info(
          "Shard {} of outgoing mail is taken over; what is due in it may have been under way",
          shard);
      listener.broken(shard);
    }
  }

  private void received(
      ActiveMQConnection current, Message message, GroupAcknowledge acknowledgements)
      throws JMSException {
    String mark = message.getStringProperty(QueueNames.MARK);
    if (mark == null) {
      byte[] octets = Connections.octets(message);
      doubts.arrived(octets);
      listener.arrived(shard, new Held(current, message, acknowledgements), octets, !recovered);
      return;
    }
    message.acknowledge();
    if (marks.arrived(mark) && !recovered) {
      recovered();
    }
  }

  private void recovered() {
    recovered = true;
    listener.recovered(shard, true);
    onRecovered.run();
  }

  /** Stops receiving; what is held stays in the queue. */
  void close() {
    closing.give();
    Connections.close(connection);
  }

  private static final class Held implements HeldRecord {
    private final ActiveMQConnection from;
    private final Message message;
    private final GroupAcknowledge acknowledgements;

    Held(ActiveMQConnection from, Message message, GroupAcknowledge acknowledgements) {
      this.from = from;
      this.message = message;
      this.acknowledgements = acknowledgements;
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
