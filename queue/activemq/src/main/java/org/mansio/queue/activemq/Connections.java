package org.mansio.queue.activemq;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.transport.RequestTimedOutIOException;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all users of a JMS connection do alike. */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** How ActiveMQ says so where the kind of its exception gets lost on the way. */
  private static final String FULL = "store is Full";

  /** How long a broker may take to answer a farewell that it mostly doesn't, milliseconds. */
  private static final int FAREWELL = 200;

  private Connections() {}

  /** What went wrong first, in one line. */
  static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String first = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    String told = failure.getMessage() == null ? "" : failure.getMessage();
    return told.contains(first) ? told : told + " (" + first + ")";
  }

  /** Whether the broker is there and doesn't accept who we are. */
  static boolean isRefused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JMSSecurityException || cause instanceof SecurityException) {
        return true;
      }
    }
    return false;
  }

  /** Closes, whatever state it is in. */
  static void close(@Nullable Connection connection) {
    if (connection == null) {
      return;
    }
    try {
      connection.close();
    } catch (JMSException e) {
      LOG.debug("Closing a connection that is broken already: {}", e.getMessage());
    }
  }

  /** Closes one whose broker lets a sender wait for room, and so doesn't answer the farewell either. */
  static void breakOff(ActiveMQConnection connection) {
    connection.setCloseTimeout(FAREWELL);
    close(connection);
  }

  static BytesMessage message(Session session, byte[] octets) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeBytes(octets);
    return message;
  }

  /** The octets of a message of ours; empty for any other kind. */
  static byte[] octets(Message message) throws JMSException {
    if (!(message instanceof BytesMessage bytes)) {
      return new byte[0];
    }
    byte[] octets = new byte[(int) bytes.getBodyLength()];
    bytes.reset();
    int ignored = bytes.readBytes(octets);
    bytes.reset();
    return octets;
  }

  /** What the broker's failure means to who wanted something of the queue. */
  static QueueException unavailable(Exception cause) {
    return isFull(cause)
        ? new QueueException(
            QueueException.Reason.FULL, "the queue's broker has no room: " + reason(cause), cause)
        : new QueueException(
            QueueException.Reason.UNAVAILABLE,
            "the queue's broker refused or is away: " + reason(cause),
            cause);
  }

  /** Whether the broker didn't answer a send in the time that its connection gives it. */
  static boolean isLate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RequestTimedOutIOException) {
        return true;
      }
    }
    return false;
  }

  /** Whether the broker refused since its store is full (storeUsage). */
  static boolean isFull(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ResourceAllocationException
          || String.valueOf(cause.getMessage()).contains(FULL)) {
        return true;
      }
    }
    return false;
  }
}
