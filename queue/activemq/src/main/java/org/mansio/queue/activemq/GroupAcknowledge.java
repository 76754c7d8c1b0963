package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.activemq.ActiveMQConnection;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.queue.QueueException;

/**
 * Acknowledges messages of one connection so that many share a sync. All that wait are sent to the broker without waiting
 * for its answer, but for the last one, which is answered when it is on the disk; the broker takes a connection's commands
 * in order and appends them to one journal, so that the others are on the disk by then too.
 */
final class GroupAcknowledge implements Runnable {
  private static final int BATCH = 64;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final LinkedBlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();
  private volatile boolean closed;

  /** @param message null, as the connection, only to wake the thread for its end */
  private record Pending(
      @Nullable ActiveMQConnection connection,
      @Nullable Message message,
      CompletableFuture<Void> done) {}

  /** Returns when the message is durably out of the queue. */
  void acknowledge(ActiveMQConnection connection, Message message) throws QueueException {
    Pending pending = new Pending(connection, message, new CompletableFuture<>());
    waiting.add(pending);
    if (closed && waiting.remove(pending)) {
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE, "the connection that held the record is closed");
    }
    try {
      pending.done().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw Connections.unavailable(e.getCause() instanceof Exception cause ? cause : e);
    } catch (TimeoutException e) {
      throw Connections.unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueException(
          QueueException.Reason.CLOSED, "interrupted while waiting for the disk", e);
    }
  }

  /** Ends the thread when all that waits has been tried. */
  void close() {
    closed = true;
    waiting.add(new Pending(null, null, new CompletableFuture<>()));
  }

  @Override
  public void run() {
    List<Pending> batch = new ArrayList<>();
    try {
      while (!closed || !waiting.isEmpty()) {
        batch.add(waiting.take());
        waiting.drainTo(batch, BATCH - 1);
        batch.removeIf(pending -> pending.message() == null);
        while (!batch.isEmpty()) {
          // A batch that spans a lost connection is taken apart.
          ActiveMQConnection connection =
              Objects.requireNonNull(batch.getFirst().connection());
          List<Pending> ofOne =
              batch.stream().filter(p -> p.connection() == connection).toList();
          acknowledge(connection, ofOne);
          batch.removeAll(ofOne);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void acknowledge(ActiveMQConnection connection, List<Pending> batch) {
    try {
      for (Pending pending : batch) {
        connection.setSendAcksAsync(pending != batch.getLast());
        if (pending.message() != null) {
          pending.message().acknowledge();
        }
      }
      batch.forEach(pending -> pending.done().complete(null));
    } catch (JMSException | RuntimeException | Error e) {
      batch.forEach(pending -> pending.done().completeExceptionally(e));
    }
  }
}
