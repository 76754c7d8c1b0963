package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.region.Destination;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.store.SharedFileLocker;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.usage.SystemUsage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker within this process: no port, no JMX, one directory. Every commit is synced before it returns; commits of
 * several connections at the same time share the sync.
 */
final class EmbeddedBroker implements Broker {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

  private static final int JOURNAL_FILE = 32 << 20;
  private static final int INDEX_CACHE_PAGES = 10_000;

  /**
   * Shares of the heap that the broker may count on for messages; the broker itself allows at most 70 % in all. Held
   * entries, 1.2 to 2 KB each, must leave room, or fresh mail is no longer read: so what all shards may hold together lies
   * well below the total. A shard that is full keeps its further entries in the journal until others end.
   */
  private static final double TOTAL_SHARE = 0.65;

  private static final double ENTRIES_SHARE = 0.45;

  /** The spool's messages that the broker may keep in memory, octets at most; the rest is read from the journal. */
  private static final long SPOOL_MEMORY = 64L << 20;

  private final Path directory;
  private final String name = "mansio-" + UUID.randomUUID();
  private @Nullable BrokerService broker;
  private boolean closed;

  EmbeddedBroker(Path directory) {
    this.directory = directory;
  }

  @Override
  public ActiveMQConnection connect() throws JMSException {
    ensureStarted();
    ActiveMQConnectionFactory factory = Broker.configure(
        new ActiveMQConnectionFactory(URI.create("vm://" + name + "?create=false")));
    ActiveMQConnection connection = (ActiveMQConnection) factory.createConnection();
    Connections.start(connection);
    return connection;
  }

  private synchronized void ensureStarted() throws JMSException {
    if (closed) {
      throw new JMSException("the queue is closed");
    }
    if (broker != null && broker.isStarted() && !broker.isStopping()) {
      return;
    }
    if (broker != null) {
      LOG.warn("The embedded broker has stopped by itself and is started again");
      broker.waitUntilStopped();
    }
    BrokerService fresh = configure();
    try {
      fresh.start();
      if (!fresh.waitUntilStarted()) {
        throw new IOException("it doesn't start");
      }
      broker = fresh;
    } catch (Exception e) {
      stop(fresh);
      JMSException failure =
          new JMSException("can't start the embedded broker in " + directory + ": " + e.getMessage()
              + "; is another process using the directory, or is the disk full?");
      failure.initCause(e);
      throw failure;
    }
  }

  private BrokerService configure() {
    BrokerService service = new BrokerService();
    service.setBrokerName(name);
    service.setPersistent(true);
    service.setUseJmx(false);
    service.setAdvisorySupport(false);
    service.setSchedulerSupport(false);
    service.setUseShutdownHook(false);
    service.setUseVirtualTopics(false);
    service.setDataDirectoryFile(directory.toFile());
    try {
      service.setPersistenceAdapter(journal());
    } catch (IOException e) {
      throw new IllegalStateException("setting the adapter does no input or output", e);
    }
    PolicyMap policies = new PolicyMap();
    long heap = Runtime.getRuntime().maxMemory();
    long spool = Math.min(SPOOL_MEMORY, (long) (heap * (TOTAL_SHARE - ENTRIES_SHARE) / 2));
    policies.setDefaultEntry(policy(spool, JmsSpoolReader.PREFETCH));
    PolicyEntry entries =
        policy((long) (heap * ENTRIES_SHARE / QueueNames.SHARDS), EntryShard.PREFETCH);
    entries.setQueue(QueueNames.ALL_OUTGOING);
    policies.setPolicyEntries(List.of(entries));
    service.setDestinationPolicy(policies);
    SystemUsage usage = service.getSystemUsage();
    usage.getMemoryUsage().setLimit((long) (heap * TOTAL_SHARE));
    // No limit of the broker's own: the server refuses mail when the disk is nearly full.
    usage.getStoreUsage().setLimit(0);
    usage.getTempUsage().setLimit(0);
    return service;
  }

  private KahaDBPersistenceAdapter journal() throws IOException {
    KahaDBPersistenceAdapter journal = new KahaDBPersistenceAdapter();
    journal.setDirectory(directory.toFile());
    // With it on, every mail has a sync of its own, which is a hundredth of the rate on a slow
    // disk.
    journal.setConcurrentStoreAndDispatchQueues(false);
    journal.setJournalDiskSyncStrategy("always");
    journal.setPreallocationStrategy("zeros");
    journal.setPreallocationScope("entire_journal_async");
    journal.setEnableIndexDiskSyncs(true);
    journal.setIndexCacheSize(INDEX_CACHE_PAGES);
    journal.setJournalMaxFileLength(JOURNAL_FILE);
    SharedFileLocker locker = new SharedFileLocker();
    locker.setFailIfLocked(true);
    journal.setLocker(locker);
    return journal;
  }

  private static PolicyEntry policy(long memory, int prefetch) {
    PolicyEntry policy = new PolicyEntry();
    // Nothing here may block a sender: the server refuses mail by itself when there is no room.
    policy.setProducerFlowControl(false);
    policy.setMemoryLimit(memory);
    policy.setExpireMessagesPeriod(0);
    // The same as the clients', and not above the page size, or consumers stall.
    policy.setQueuePrefetch(prefetch);
    policy.setMaxPageSize(EntryShard.PREFETCH);
    policy.setGcInactiveDestinations(false);
    return policy;
  }

  @Override
  public synchronized OptionalLong depth(String queue) {
    BrokerService current = broker;
    if (current == null || !current.isStarted()) {
      return OptionalLong.empty();
    }
    try {
      Destination destination = current.getDestination(new ActiveMQQueue(queue));
      return OptionalLong.of(
          destination.getDestinationStatistics().getMessages().getCount());
    } catch (Exception e) {
      LOG.debug("Can't tell the depth of {}: {}", queue, e.getMessage());
      return OptionalLong.empty();
    }
  }

  @Override
  public boolean isEmbedded() {
    return true;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (broker != null) {
      stop(broker);
    }
  }

  private static void stop(BrokerService service) {
    try {
      service.stop();
      service.waitUntilStopped();
    } catch (Exception e) {
      LOG.warn("The embedded broker didn't stop cleanly; it recovers at the next start", e);
    }
  }
}
