package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.Optional;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQQueue;

/**
 * Where the bodies of a broker's mail lie. The first server leaves the identity of its place at the broker; one whose bodies
 * are elsewhere, such as in a directory of its own or in an empty one since a file system isn't mounted, is not let in: it
 * would not find the others' bodies, nor they its.
 */
final class BodyPlace {
  private static final String IDENTITY = "mansioBodies";

  private volatile String identity = "";

  void is(String text) {
    identity = text;
  }

  /** Bodies lie elsewhere. */
  static final class ElsewhereException extends JMSException {
    private static final long serialVersionUID = 1L;

    ElsewhereException() {
      super(
          "the bodies of this broker's mail lie in another directory: bodyDirectory must be one that all servers reach, and"
              + " mounted. When the former one is gone for good, delete the broker's queue "
              + QueueNames.BODIES);
    }
  }

  /** @throws ElsewhereException when this server may not take part */
  void check(ActiveMQConnection connection) throws JMSException {
    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    try {
      Optional<String> known = known(session);
      if (known.isEmpty()) {
        Message message = session.createMessage();
        message.setStringProperty(IDENTITY, identity);
        session.createProducer(new ActiveMQQueue(QueueNames.BODIES)).send(message);
        // Another server may have been faster.
        known = known(session);
      }
      if (!known.equals(Optional.of(identity))) {
        throw new ElsewhereException();
      }
    } finally {
      session.close();
    }
  }

  private static Optional<String> known(Session session) throws JMSException {
    QueueBrowser browser = session.createBrowser(new ActiveMQQueue(QueueNames.BODIES));
    try {
      Enumeration<?> messages = browser.getEnumeration();
      return messages.hasMoreElements() && messages.nextElement() instanceof Message first
          ? Optional.ofNullable(first.getStringProperty(IDENTITY))
          : Optional.empty();
    } finally {
      browser.close();
    }
  }
}
