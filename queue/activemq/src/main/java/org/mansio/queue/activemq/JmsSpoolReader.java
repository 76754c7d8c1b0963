package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQQueue;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.SpoolReader;
import org.mansio.queue.log.StopSignal;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes spooled mail in a transacted session of a connection of its own: a connection does one commit at a time. */
final class JmsSpoolReader implements SpoolReader {
  private static final Logger LOG = LoggerFactory.getLogger(JmsSpoolReader.class);

  /**
   * Messages that the broker sends ahead: none, each is asked for. So no mail waits behind a slow batch, and mail is taken
   * first in first out by all readers together.
   */
  static final int PREFETCH = 0;

  private final Broker broker;
  private final SpoolDepth spooled;
  private final BooleanSupplier admitted;
  private final SpoolSuspects suspects;
  private int taken;
  private @Nullable ActiveMQConnection connection;
  private CommitQueue.@Nullable Sender sender;
  private volatile @Nullable MessageConsumer consumer;
  private final StopSignal stopping = new StopSignal();

  /**
   * One that connects at the first {@link #take}.
   *
   * @param spooled hears of what is taken
   * @param admitted whether this server may take mail
   * @param suspects which of it another server may have had in hand
   */
  JmsSpoolReader(
      Broker broker, SpoolDepth spooled, BooleanSupplier admitted, SpoolSuspects suspects) {
    this.broker = broker;
    this.spooled = spooled;
    this.admitted = admitted;
    this.suspects = suspects;
  }

  @Override
  public List<Taken> take(int limit, Duration wait) throws QueueException {
    try {
      spooled.asks(limit);
      List<Taken> batch = new ArrayList<>();
      if (consumer == null && !admitted.getAsBoolean()) {
        stopping.pause(wait);
        return batch;
      }
      ActiveMQConnection used = connection;
      if (used != null && used.isTransportFailed()) {
        throw new JMSException("the connection broke");
      }
      MessageConsumer known = consumer;
      MessageConsumer current = known == null ? connect() : known;
      if (stopping.isGiven()) {
        return batch;
      }
      Message message = current.receive(wait.toMillis());
      while (message != null) {
        batch.add(new Taken(Connections.octets(message), isRepeated(message)));
        message = batch.size() < limit ? current.receiveNoWait() : null;
      }
      taken = batch.size();
      spooled.took(taken);
      // Without messages sent ahead it is the broker that ends the wait, and so says that there are
      // none.
      if (taken == 0 && !stopping.isGiven() && isConnected()) {
        spooled.foundEmpty();
      }
      return batch;
    } catch (JMSException e) {
      disconnect();
      throw Connections.unavailable(e);
    }
  }

  private boolean isConnected() {
    ActiveMQConnection current = connection;
    return current != null && !current.isTransportFailed();
  }

  private boolean isRepeated(Message message) throws JMSException {
    return message.getJMSRedelivered() || suspects.isSuspect(message.getJMSTimestamp());
  }

  @Override
  public void stop() {
    stopping.give();
    MessageConsumer current = consumer;
    if (current != null) {
      try {
        // Ends its wait; what it has taken stays in the transaction.
        current.close();
      } catch (JMSException e) {
        LOG.debug("A spool reader is broken already: {}", e.getMessage());
      }
    }
  }

  private MessageConsumer connect() throws JMSException {
    ActiveMQConnection fresh = broker.connect();
    connection = fresh;
    Session session = fresh.createSession(true, Session.SESSION_TRANSACTED);
    sender = new CommitQueue.Sender(session);
    MessageConsumer made = session.createConsumer(
        new ActiveMQQueue(QueueNames.SPOOL + "?consumer.prefetchSize=" + PREFETCH));
    consumer = made;
    return made;
  }

  @Override
  public void commit(Append produced, List<byte[]> damaged) throws QueueException {
    CommitQueue.Sender current = sender;
    if (current == null) {
      throw new QueueException(QueueException.Reason.UNAVAILABLE, "the spool's connection is gone");
    }
    try {
      current.send(produced);
      for (byte[] octets : damaged) {
        current.sendDamaged(octets);
      }
      current.session().commit();
      spooled.ended(taken);
      spooled.add(produced.spool().size());
      taken = 0;
    } catch (JMSException e) {
      disconnect();
      throw Connections.unavailable(e);
    }
  }

  @Override
  public void rollback() {
    // A new connection, rather than a rollback, also gets rid of whatever made it necessary.
    disconnect();
  }

  private void disconnect() {
    spooled.gaveBack(taken);
    taken = 0;
    Connections.close(connection);
    connection = null;
    sender = null;
    consumer = null;
    LOG.debug("A spool reader gave its mails back");
  }

  @Override
  public void close() {
    disconnect();
  }
}
