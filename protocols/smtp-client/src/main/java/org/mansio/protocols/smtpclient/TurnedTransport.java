package org.mansio.protocols.smtpclient;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.smtp.TurnedConnection;

/** Offers mails over one connection, which the peer opened to fetch them. Thread-safe: one mail after the other. */
final class TurnedTransport implements Transport {
  private static final EnhancedStatus LOST = EnhancedStatus.parse("4.4.2");
  private static final EnhancedStatus NEEDS_TLS = EnhancedStatus.parse("4.7.10");

  private final String name;
  private final TurnedConnection turned;
  private final ClientConnection connection;
  private final ReentrantLock lock = new ReentrantLock();

  TurnedTransport(String name, TurnedConnection turned, ClientConnection connection) {
    this.name = name;
    this.turned = turned;
    this.connection = connection;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int laneConcurrency() {
    return 1;
  }

  @Override
  public DeliveryReport deliver(Delivery delivery) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return offer(delivery);
    } finally {
      lock.unlock();
    }
  }

  private DeliveryReport offer(Delivery delivery) {
    Envelope envelope = delivery.mail().envelope();
    if (envelope.requiresTls() && turned.tlsDescription().isEmpty()) {
      // RFC 8689 §4.2.1; the customer may come again with TLS.
      return DeliveryReport.forAll(
          delivery, recipient -> deferred(NEEDS_TLS, "the mail must not go without TLS"), false);
    }
    OutgoingMessage message = new OutgoingMessage(delivery.mail().content(), envelope.body());
    List<Recipient> open = envelope.recipients().stream().distinct().toList();
    Map<Recipient, RecipientResult> results = new LinkedHashMap<>();
    while (!open.isEmpty() && connection.usable() && !turned.stopping()) {
      try {
        open = SmtpClient.offer(
            connection,
            envelope.withRecipients(open),
            message,
            results,
            Transaction.USUAL_RECIPIENTS);
      } catch (LostBeforeMail e) {
        connection.abandon();
      }
    }
    String reason = turned.stopping() ? "the server stops" : "the connection is gone";
    for (Recipient recipient : open) {
      results.putIfAbsent(recipient, deferred(LOST, reason));
    }
    return new DeliveryReport(results, !connection.usable() || turned.stopping());
  }

  private RecipientResult deferred(EnhancedStatus status, String reason) {
    return new RecipientResult.Deferred(
        status, Optional.of(connection.peer().name()), connection.peer() + ": " + reason);
  }

  /** Says QUIT; the peer's answer ends the connection, or two seconds without one. */
  @Override
  public void close() {
    connection.wire().quit();
    // RFC 5321 §4.1.1.10. Whose connection it was closes it next, and the answer would find it
    // gone.
    connection.wire().awaitClosed();
  }
}
