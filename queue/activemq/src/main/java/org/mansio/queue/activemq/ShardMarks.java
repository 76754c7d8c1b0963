package org.mansio.queue.activemq;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The marks that a shard's reader puts at the end of its queue: when one comes back, all that was there before has been read.
 * Each goes over a connection of its own, with a limit of time. A broker that is full may let a sender wait, and with it
 * everything else on the same connection, also the acknowledgements that would make room. For the reader's thread, but for
 * {@link #whenRead}.
 */
final class ShardMarks {
  private static final Logger LOG = LoggerFactory.getLogger(ShardMarks.class);

  /** Longer than the broker's disk takes; beyond it there is no room. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** How long nobody asks again after a mark was put, or refused. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final int shard;
  private final Broker broker;

  /** Who waits until the shard is read up to now. */
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /** Who waits until a mark comes back, by the mark. */
  private final Map<String, List<Runnable>> marked = new HashMap<>();

  private String opening = "";
  private boolean refused;
  private long asked;

  ShardMarks(int shard, Broker broker) {
    this.shard = shard;
    this.broker = broker;
  }

  /** As {@link EntryShard#whenRead}. */
  void whenRead(Runnable action) {
    waiting.add(action);
  }

  /** A reading begins. The mark that is put now tells how far it has to go. */
  void open() throws JMSException {
    opening = UUID.randomUUID().toString();
    refused = !put(opening, true);
  }

  /** Puts the opening's mark again, since a former owner may have read it; not at once, and not if that failed just now. */
  void openAgain() throws JMSException {
    if (isTimeToAsk()) {
      refused = !put(opening, true);
    }
  }

  /** Puts it behind what the reader, which is now the only one, has yet to read. */
  void owned() throws JMSException {
    if (!refused || isTimeToAsk()) {
      refused = !put(opening, false);
    }
  }

  /** Whether the broker had no room for the opening's mark, so that none comes back. */
  boolean isRefused() {
    return refused;
  }

  /** Puts a mark for those that wait, if there are any; they wait on when it is refused. */
  void putForWaiting() throws JMSException {
    if (waiting.isEmpty() || (refused && !isTimeToAsk())) {
      return;
    }
    String id = UUID.randomUUID().toString();
    List<Runnable> actions = new ArrayList<>();
    for (Runnable action = waiting.poll(); action != null; action = waiting.poll()) {
      actions.add(action);
    }
    // Before, so that they aren't lost when the connection is.
    marked.put(id, actions);
    refused = !put(id, false);
    if (refused) {
      waiting.addAll(actions);
      marked.remove(id);
    }
  }

  /** A mark came back. @return whether it is the opening's */
  boolean arrived(String id) {
    List<Runnable> actions = marked.remove(id);
    if (actions != null) {
      actions.forEach(Runnable::run);
    }
    return id.equals(opening);
  }

  /** The connection is lost: those that wait for a mark get another. */
  void lost() {
    marked.values().forEach(waiting::addAll);
    marked.clear();
  }

  /** Who waits won't hear of it. */
  void giveUp() {
    waiting.clear();
  }

  private boolean isTimeToAsk() {
    return System.nanoTime() - asked > AGAIN.toNanos();
  }

  /**
   * Puts a mark.
   *
   * @param probes whether a message goes ahead that needs no room in the broker's store: it comes to the queue's owner also when
   *     the mark is refused, and so tells who that is
   * @return false when the broker has no room for it
   */
  private boolean put(String id, boolean probes) throws JMSException {
    ActiveMQConnection connection = broker.connect();
    try {
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      ActiveMQQueue queue = new ActiveMQQueue(QueueNames.outgoing(shard));
      Message mark = session.createMessage();
      if (probes) {
        mark.setStringProperty(QueueNames.MARK, "");
        MessageProducer probing = session.createProducer(queue);
        probing.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        probing.send(mark);
        mark = session.createMessage();
      }
      mark.setStringProperty(QueueNames.MARK, id);
      connection.setSendTimeout((int) PATIENCE.toMillis());
      session.createProducer(queue).send(mark);
      return true;
    } catch (JMSException e) {
      if (Connections.isFull(e) || Connections.isLate(e)) {
        LOG.debug("The broker has no room for a mark: {}", e.getMessage());
        Connections.breakOff(connection);
        return false;
      }
      throw e;
    } finally {
      asked = System.nanoTime();
      Connections.close(connection);
    }
  }
}
