package org.mansio.queue.activemq;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQTopic;

/** One connection to the broker, and the topic on which servers speak over it. What is said is thread-safe; one thread listens. */
final class NodeLink {
  private final ActiveMQConnection connection;
  private final MessageConsumer consumer;
  private final Session session;
  private final MessageProducer producer;
  private boolean silent;

  NodeLink(ActiveMQConnection connection) throws JMSException {
    this.connection = connection;
    ActiveMQTopic topic = new ActiveMQTopic(QueueNames.NODES);
    // First to hear: the topic keeps no answer for who isn't there.
    this.consumer = connection.createSession(false, Session.AUTO_ACKNOWLEDGE).createConsumer(topic);
    this.session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    this.producer = session.createProducer(topic);
    producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
  }

  ActiveMQConnection connection() {
    return connection;
  }

  MessageConsumer consumer() {
    return consumer;
  }

  synchronized void say(NodeMessage message) throws JMSException {
    if (!silent) {
      BytesMessage written = session.createBytesMessage();
      message.write(written);
      producer.send(written);
    }
    // Who hears of it after the farewell would take it for alive.
    silent |= message.kind() == NodeMessage.Kind.LEAVING;
  }
}
