package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import java.util.OptionalLong;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;

/** The broker that keeps the queue. Thread-safe. */
interface Broker {
  /**
   * A new connection, started. An embedded broker that has stopped by itself, as on an error of the disk, is started again.
   *
   * @throws JMSException when the broker can't be reached or started
   */
  ActiveMQConnection connect() throws JMSException;

  /** Messages in a queue; empty when it can't be told. */
  OptionalLong depth(String queue);

  /** Whether nobody else uses it. */
  boolean isEmbedded();

  /** Stops what belongs to this process. */
  void close();

  /** The settings that every connection needs. */
  static ActiveMQConnectionFactory configure(ActiveMQConnectionFactory factory) {
    factory.setWatchTopicAdvisories(false);
    // Otherwise held messages that come again after a failover are taken for duplicates and end in
    // ActiveMQ.DLQ.
    factory.setCheckForDuplicates(false);
    // An entry's end is durable when acknowledge returns.
    factory.setSendAcksAsync(false);
    factory.setCopyMessageOnSend(false);
    factory.setUseRetroactiveConsumer(false);
    RedeliveryPolicy redelivery = new RedeliveryPolicy();
    redelivery.setMaximumRedeliveries(RedeliveryPolicy.NO_MAXIMUM_REDELIVERIES);
    redelivery.setInitialRedeliveryDelay(0);
    redelivery.setRedeliveryDelay(0);
    factory.setRedeliveryPolicy(redelivery);
    return factory;
  }
}
