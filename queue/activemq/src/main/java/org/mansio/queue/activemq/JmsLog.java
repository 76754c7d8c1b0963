package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQQueue;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.Peers;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable log in queues of a JMS broker that several servers may share. A broker that is away, at the start or later, is
 * waited for; meanwhile nothing is taken.
 */
final class JmsLog implements DurableLog {
  private static final Logger LOG = LoggerFactory.getLogger(JmsLog.class);

  /** How long an opening waits for its shards; another server may take longer to give them up. */
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  private static final Duration END = Duration.ofSeconds(2);

  /** How long an append in doubt is looked for in its shards, while the broker is there, before it is made again. */
  private static final Duration DOUBT_PATIENCE = Duration.ofSeconds(20);

  private final Broker broker;
  private final int committers;
  private final CommitQueue commits;
  private final BodyPlace bodies = new BodyPlace();
  private final Nodes nodes;
  private final List<EntryShard> shards = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch recovering = new CountDownLatch(QueueNames.SHARDS);
  private final SpoolDepth spooled = new SpoolDepth();
  private final AtomicInteger readers = new AtomicInteger();
  private final SpoolSuspects suspects = new SpoolSuspects();
  private final AppendDoubts doubts = new AppendDoubts();

  /** @param name of this server among those at the broker, for people to read */
  JmsLog(Broker broker, int committers, String name) {
    this(broker, committers, name, CommitQueue.BLOCKED);
  }

  JmsLog(Broker broker, int committers, String name, Duration blocked) {
    this.broker = broker;
    this.committers = committers;
    this.commits = new CommitQueue(broker, blocked);
    this.nodes = new Nodes(broker, bodies, name);
    nodes.onBreak(servers -> suspects.begin(
        System.currentTimeMillis(), (long) servers * readers.get() * spooled.most()));
  }

  @Override
  public void bodiesIn(String identity) {
    bodies.is(identity);
  }

  @Override
  public void open(EntryListener listener) throws QueueException {
    try {
      nodes.connect();
    } catch (JMSException e) {
      if (Connections.isRefused(e) || e instanceof BodyPlace.ElsewhereException) {
        throw Connections.unavailable(e);
      }
      LOG.warn(
          "The queue's broker {} is away; mail is refused for the time being (451) until it is there: {}",
          broker,
          Connections.reason(e));
    }
    commits.open(committers);
    threads.add(Thread.ofVirtual().name("queue-nodes").start(nodes));
    for (int i = 0; i < QueueNames.SHARDS; i++) {
      EntryShard shard = new EntryShard(i, broker, nodes, listener, doubts, recovering::countDown);
      shards.add(shard);
      threads.add(Thread.ofVirtual().name("queue-entries-" + i).start(shard));
    }
    awaitShards();
  }

  private void awaitShards() throws QueueException {
    try {
      long end = System.nanoTime() + RECOVERY.toNanos();
      boolean all = false;
      while (!all && nodes.isAdmitted() && nodes.isAlone() && System.nanoTime() - end < 0) {
        all = recovering.await(100, TimeUnit.MILLISECONDS);
      }
      if (nodes.isAdmitted()) {
        LOG.info("The queue at the broker is open");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueException(QueueException.Reason.CLOSED, "interrupted while opening", e);
    }
  }

  @Override
  public void append(Append records) throws QueueException {
    Optional<AppendDoubts.Doubt> doubt = doubts.about(records);
    if (doubt.isPresent() && !tookPlace(records, doubt.get())) {
      doubt = Optional.empty();
    }
    if (doubt.isEmpty()) {
      write(records);
    }
    doubts.remove(records);
    spooled.add(records.spool().size());
  }

  private void write(Append records) throws QueueException {
    try {
      commits.append(records);
    } catch (QueueException e) {
      if (!NotWrittenException.isCauseOf(e) && !records.entries().isEmpty()) {
        AppendDoubts.Doubt doubt = doubts.add(records);
        records.entries().stream()
            .mapToInt(entry -> shardOf(entry.key()))
            .distinct()
            .forEach(shard -> shards.get(shard).whenRead(doubt::readThrough));
      }
      throw e;
    }
  }

  @Override
  public void whenRefusalIsCertain(QueueException refusal, Runnable action) {
    if (NotWrittenException.isCauseOf(refusal)) {
      action.run();
    }
  }

  /** @throws QueueException while that isn't known yet */
  private boolean tookPlace(Append records, AppendDoubts.Doubt doubt) throws QueueException {
    if (doubt.hasArrived()) {
      return true;
    }
    boolean willTell =
        records.entries().stream().anyMatch(entry -> nodes.isOurs(shardOf(entry.key())));
    boolean admitted = nodes.isAdmitted();
    // Written twice it counts once where it arrives; not written it would be lost.
    boolean inVain = doubt.isWaitedFor(DOUBT_PATIENCE, admitted);
    // What was written to shards of other servers nobody here will know of.
    if (!doubt.isMissing() && !inVain && (willTell || !admitted)) {
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE,
          "whether the broker has what was written last is found out");
    }
    return false;
  }

  @Override
  public SpoolReader newSpoolReader() {
    readers.incrementAndGet();
    return new JmsSpoolReader(broker, spooled, nodes::isAdmitted, suspects);
  }

  @Override
  public Optional<QueueException.Reason> refusal() {
    if (commits.isFull() && nodes.isAdmitted()) {
      return Optional.of(QueueException.Reason.FULL);
    }
    return commits.isConnected() && nodes.isAdmitted()
        ? Optional.empty()
        : Optional.of(QueueException.Reason.UNAVAILABLE);
  }

  @Override
  public long spoolDepth() {
    return spooled.get();
  }

  @Override
  public List<byte[]> peekSpool(int limit) throws QueueException {
    ActiveMQConnection connection = null;
    try {
      connection = broker.connect();
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      QueueBrowser browser = session.createBrowser(new ActiveMQQueue(QueueNames.SPOOL));
      List<byte[]> records = new ArrayList<>();
      Enumeration<?> messages = browser.getEnumeration();
      while (records.size() < limit && messages.hasMoreElements()) {
        if (messages.nextElement() instanceof Message message) {
          records.add(Connections.octets(message));
        }
      }
      return records;
    } catch (JMSException e) {
      throw Connections.unavailable(e);
    } finally {
      Connections.close(connection);
    }
  }

  @Override
  public boolean keepsDamaged() {
    // They lie at the broker, and no body is swept here anyway.
    return false;
  }

  @Override
  public void awaitRecovered() {
    // open() waits for all that this server has then.
  }

  @Override
  public boolean keepsHeldInMemory() {
    return true;
  }

  @Override
  public boolean soleOwner() {
    return false;
  }

  @Override
  public int shardOf(String key) {
    return QueueNames.shardOf(key);
  }

  @Override
  public boolean owns(int shard) {
    return shard < shards.size() && shards.get(shard).isOwner();
  }

  @Override
  public Peers peers() {
    return nodes;
  }

  @Override
  public void close() {
    shards.forEach(EntryShard::close);
    nodes.close();
    try {
      for (Thread thread : threads) {
        thread.join(END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    commits.close();
  }
}
