package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import org.apache.activemq.ActiveMQConnection;

/** The broker that keeps the queue, in another process, shared by all nodes. Thread-safe. */
@FunctionalInterface
interface Broker {
  /**
   * A new connection, started.
   *
   * @throws JMSException when the broker can't be reached, or refuses
   */
  ActiveMQConnection connect() throws JMSException;
}
