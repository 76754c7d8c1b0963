package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQQueue;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.StopSignal;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: callers leave their records and wait; a few committers, each with a connection of its own, take all that
 * waits, up to a limit, and write it in one transaction. Nobody waits for more to come.
 */
final class CommitQueue {
  private static final Logger LOG = LoggerFactory.getLogger(CommitQueue.class);

  private static final int BATCH = 64;
  private static final long BATCH_OCTETS = 1 << 20;
  private static final int WAITING = 10_000;

  /** Longer than any disk takes; beyond it nobody knows, and the sender is to try again. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** A transaction that takes longer is one that the broker lets wait for room; until it ends, nothing more is taken. */
  static final Duration BLOCKED = Duration.ofSeconds(10);

  /** So long after the broker refused for want of room nobody asks again. */
  private static final Duration FULL = Duration.ofSeconds(2);

  private final Broker broker;
  private final BlockingQueue<Pending> waiting = new ArrayBlockingQueue<>(WAITING);
  private final List<Thread> threads = new ArrayList<>();
  private final List<Committer> committers = new CopyOnWriteArrayList<>();
  private final AtomicInteger connected = new AtomicInteger();
  private final StopSignal closing = new StopSignal();
  private final Duration blocked;
  /** When the broker refused for want of room, by the monotonic clock. */
  private volatile Optional<Long> refused = Optional.empty();

  private record Pending(Append records, CompletableFuture<Void> done) {}

  /** @param blocked after which time without an answer a transaction is one that waits for room */
  CommitQueue(Broker broker, Duration blocked) {
    this.broker = broker;
    this.blocked = blocked;
  }

  /** Starts the committers; a broker that is away is waited for. */
  void open(int count) {
    for (int i = 0; i < count; i++) {
      Committer committer = new Committer();
      committers.add(committer);
      try {
        committer.connect();
      } catch (JMSException e) {
        LOG.debug("A committer connects later: {}", e.getMessage());
      }
      threads.add(Thread.ofPlatform().daemon().name("queue-commit-" + i).start(committer));
    }
  }

  boolean isConnected() {
    return connected.get() > 0;
  }

  /** Whether the broker has just refused records for want of room, or lets them wait for it. */
  boolean isFull() {
    long now = System.nanoTime();
    return refused.filter(moment -> now - moment < FULL.toNanos()).isPresent()
        || committers.stream().anyMatch(one -> one.isBlocked(now));
  }

  /** Returns when the records are durable. */
  void append(Append records) throws QueueException {
    Pending pending = new Pending(records, new CompletableFuture<>());
    try {
      if (closing.isGiven() || !waiting.offer(pending, TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new QueueException(
            QueueException.Reason.UNAVAILABLE,
            "the queue's log is closed or too slow",
            new NotWrittenException("not begun"));
      }
      await(pending);
    } catch (ExecutionException e) {
      throw Connections.unavailable(e.getCause() instanceof Exception cause ? cause : e);
    } catch (TimeoutException e) {
      // What nobody has begun to write isn't written behind the back of who was told that it
      // failed.
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE,
          "the queue's broker hasn't answered for " + TIMEOUT,
          withdrawn(pending, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueException(
          QueueException.Reason.CLOSED, "interrupted while waiting for the disk", e);
    }
  }

  private void await(Pending pending)
      throws QueueException, InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        long left = Math.min(end - System.nanoTime(), blocked.toNanos());
        pending.done().get(left, TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException e) {
        // What a blocked transaction holds may be durable later on, and its sender tries again:
        // rather twice than never.
        if (isFull()) {
          throw new QueueException(
              QueueException.Reason.FULL,
              "the queue's broker lets mail wait for room",
              withdrawn(pending, e));
        }
        if (System.nanoTime() - end >= 0) {
          throw e;
        }
      }
    }
  }

  private Exception withdrawn(Pending pending, TimeoutException why) {
    return waiting.remove(pending) ? new NotWrittenException(why) : why;
  }

  /** Ends the committers; who still waits is told that it isn't durable. */
  void close() {
    closing.give();
    // Wakes those that wait for work.
    threads.forEach(thread ->
        waiting.offer(new Pending(new Append(List.of(), List.of()), new CompletableFuture<>())));
    try {
      long end = System.nanoTime() + TIMEOUT.toNanos();
      for (Thread thread : threads) {
        while (System.nanoTime() - end < 0 && !thread.join(PAUSE)) {
          committers.forEach(Committer::breakOffIfBlocked);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    refuseAll(new JMSException("the queue is closed"));
  }

  private void refuseAll(Throwable reason) {
    List<Pending> all = new ArrayList<>();
    waiting.drainTo(all);
    all.forEach(pending -> pending.done().completeExceptionally(new NotWrittenException(reason)));
  }

  private final class Committer implements Runnable {
    private volatile @Nullable ActiveMQConnection connection;
    private @Nullable Sender sender;
    /** Since when it waits for the broker, by the monotonic clock; empty while it doesn't. */
    private volatile Optional<Long> since = Optional.empty();

    void connect() throws JMSException {
      ActiveMQConnection fresh = broker.connect();
      try {
        sender = new Sender(fresh.createSession(true, Session.SESSION_TRANSACTED));
      } catch (JMSException e) {
        Connections.close(fresh);
        throw e;
      }
      connection = fresh;
      connected.incrementAndGet();
    }

    boolean isBlocked(long now) {
      return since.filter(moment -> now - moment > blocked.toNanos()).isPresent();
    }

    /** Ends a transaction that waits for room, which may be without an end. */
    void breakOffIfBlocked() {
      ActiveMQConnection current = connection;
      if (current != null && isBlocked(System.nanoTime())) {
        Connections.breakOff(current);
      }
    }

    private void disconnect() {
      if (sender != null) {
        connected.decrementAndGet();
      }
      sender = null;
      Connections.close(connection);
      connection = null;
    }

    @Override
    public void run() {
      while (!closing.isGiven() || !waiting.isEmpty()) {
        try {
          Sender current = sender;
          if (current == null) {
            reconnect();
          } else {
            commit(current);
          }
        } catch (InterruptedException e) {
          break;
        }
      }
      disconnect();
    }

    private void reconnect() {
      try {
        connect();
        LOG.info("The queue's broker is there again");
      } catch (JMSException | RuntimeException | Error e) {
        LOG.debug("The queue's broker isn't there yet", e);
        if (!isConnected()) {
          refuseAll(e);
        }
        closing.pause(PAUSE);
      }
    }

    private void commit(Sender current) throws InterruptedException {
      Pending first = waiting.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      ActiveMQConnection used = connection;
      if (first == null) {
        if (used != null && used.isTransportFailed()) {
          LOG.warn("The queue's broker is gone");
          disconnect();
        }
        return;
      }
      List<Pending> batch = new ArrayList<>(List.of(first));
      long octets = first.records().size();
      for (Pending next = first; batch.size() < BATCH && octets < BATCH_OCTETS && next != null; ) {
        next = waiting.poll();
        if (next != null) {
          batch.add(next);
          octets += next.records().size();
        }
      }
      try {
        since = Optional.of(System.nanoTime());
        for (Pending pending : batch) {
          current.send(pending.records());
        }
        current.session().commit();
        refused = Optional.empty();
        batch.forEach(pending -> pending.done().complete(null));
      } catch (JMSException | RuntimeException | Error e) {
        LOG.warn("The queue's broker refused {} mails or changes: {}", batch.size(), e.toString());
        boolean full = Connections.isFull(e);
        if (full) {
          refused = Optional.of(System.nanoTime());
        }
        disconnect();
        // A transaction that was refused for want of room didn't take place.
        Throwable failure = full ? new NotWrittenException(e) : e;
        batch.forEach(pending -> pending.done().completeExceptionally(failure));
      } finally {
        since = Optional.empty();
      }
    }
  }

  /** Sends records within a transaction of its session. */
  record Sender(Session session, MessageProducer producer) {
    Sender(Session session) throws JMSException {
      this(session, session.createProducer(null));
    }

    void send(Append records) throws JMSException {
      ActiveMQQueue spool = new ActiveMQQueue(QueueNames.SPOOL);
      for (byte[] octets : records.spool()) {
        producer.send(spool, Connections.message(session, octets));
      }
      for (Append.Entry entry : records.entries()) {
        ActiveMQQueue queue =
            new ActiveMQQueue(QueueNames.outgoing(QueueNames.shardOf(entry.key())));
        producer.send(queue, Connections.message(session, entry.octets()));
      }
    }

    void sendDamaged(byte[] octets) throws JMSException {
      producer.send(new ActiveMQQueue(QueueNames.DAMAGED), Connections.message(session, octets));
    }
  }
}
