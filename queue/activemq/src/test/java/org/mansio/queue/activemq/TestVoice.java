package org.mansio.queue.activemq;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.command.ActiveMQTopic;
import org.mansio.queue.activemq.NodeMessage.Kind;
import org.mansio.queue.log.Peers.Peer;

/** A server of which there is nothing but what it says to the others, as the test wants it. */
final class TestVoice implements AutoCloseable {
  private final Peer self;
  private final ActiveMQConnection connection;
  private final Session session;
  private final MessageProducer producer;

  TestVoice(BrokerProcess broker, String name) throws JMSException {
    // It comes behind all that are there.
    self = new Peer("9" + UUID.randomUUID(), name);
    connection =
        (ActiveMQConnection) new ActiveMQConnectionFactory(broker.url()).createConnection();
    connection.start();
    session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    producer = session.createProducer(new ActiveMQTopic(QueueNames.NODES));
    producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
  }

  Peer self() {
    return self;
  }

  void say(Kind kind) throws JMSException {
    say(NodeMessage.of(kind, self));
  }

  private synchronized void say(NodeMessage said) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    said.write(message);
    producer.send(message);
  }

  /** Says something else. */
  synchronized void say(byte... octets) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeBytes(octets);
    producer.send(message);
  }

  /** Says that it lives whenever another does, and answers what it is asked. */
  void answerWith(UnaryOperator<byte[]> answers) throws JMSException {
    connection
        .createSession(false, Session.AUTO_ACKNOWLEDGE)
        .createConsumer(new ActiveMQTopic(QueueNames.NODES))
        .setMessageListener(message -> answer(message, answers));
    say(Kind.GREETING);
  }

  private void answer(Message message, UnaryOperator<byte[]> answers) {
    Optional<NodeMessage> said = message instanceof BytesMessage octets
        ? NodeMessage.read(octets).filter(other -> !other.from().equals(self))
        : Optional.empty();
    try {
      if (said.isPresent() && said.get().kind() == Kind.QUESTION) {
        NodeMessage question = said.get();
        say(NodeMessage.of(
            Kind.ANSWER,
            self,
            question.from().id(),
            question.about(),
            answers.apply(question.octets())));
      } else if (said.isPresent() && said.get().kind() == Kind.BEAT) {
        say(Kind.BEAT);
      }
    } catch (JMSException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws JMSException {
    connection.close();
  }
}
