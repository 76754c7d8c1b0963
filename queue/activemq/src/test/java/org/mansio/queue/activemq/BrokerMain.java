package org.mansio.queue.activemq;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.SslBrokerService;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.usage.SystemUsage;

/** A broker as the operator's guide asks for, in a process of its own, until it is killed. Prints its URL. */
public final class BrokerMain {
  private BrokerMain() {}

  /** System property: octets of its store; and, when set at all, that it lets senders wait when that is full. */
  static final String STORE = "broker.store";

  static final String BLOCK = "broker.block";

  /** How long it lets senders wait before it refuses, milliseconds. */
  private static final long REFUSE_AFTER = 500;

  private static final int STANDARD_JOURNAL = 32 << 20;
  private static final int SMALL_JOURNAL = 1 << 20;

  /**
   * Runs until it is killed.
   *
   * @param arguments directory, URI to listen on, then user and password or nothing
   */
  public static void main(String[] arguments) throws Exception {
    BrokerService broker =
        arguments[1].startsWith("ssl:") ? new SslBrokerService() : new BrokerService();
    broker.setBrokerName("test");
    broker.setUseJmx(false);
    broker.setUseShutdownHook(false);
    KahaDBPersistenceAdapter store = new KahaDBPersistenceAdapter();
    store.setDirectory(Path.of(arguments[0]).toFile());
    store.setJournalDiskSyncStrategy(Journal.JournalDiskSyncStrategy.ALWAYS.name());
    store.setConcurrentStoreAndDispatchQueues(false);
    Long limit = Long.getLong(STORE);
    store.setJournalMaxFileLength(limit == null ? STANDARD_JOURNAL : SMALL_JOURNAL);
    if (limit != null) {
      store.setCheckpointInterval(REFUSE_AFTER);
      store.setCleanupInterval(REFUSE_AFTER);
    }
    broker.setPersistenceAdapter(store);
    SystemUsage usage = broker.getSystemUsage();
    usage.getMemoryUsage().setLimit(64 << 20);
    usage.getStoreUsage().setLimit(limit == null ? 1L << 30 : limit);
    if (System.getProperty(BLOCK) == null) {
      usage.setSendFailIfNoSpaceAfterTimeout(REFUSE_AFTER);
    }
    PolicyEntry policy = new PolicyEntry();
    policy.setQueue(QueueNames.ALL);
    policy.setProducerFlowControl(false);
    policy.setQueuePrefetch(EntryShard.PREFETCH);
    policy.setMemoryLimit(8 << 20);
    PolicyMap policies = new PolicyMap();
    policies.setPolicyEntries(List.of(policy));
    broker.setDestinationPolicy(policies);
    if (arguments.length > 2) {
      broker.setPlugins(
          new BrokerPlugin[] {next -> new Authentication(next, arguments[2], arguments[3])});
    }
    TransportConnector connector = broker.addConnector(new URI(arguments[1]));
    broker.start();
    System.out.println(connector.getPublishableConnectString());
    broker.waitUntilStopped();
  }

  /** Lets in who has the password; the broker's own plugin needs a library more. */
  private static final class Authentication extends BrokerFilter {
    private final String user;
    private final String password;

    Authentication(Broker next, String user, String password) {
      super(next);
      this.user = user;
      this.password = password;
    }

    @Override
    public void addConnection(ConnectionContext context, ConnectionInfo info) throws Exception {
      if (!user.equals(info.getUserName()) || !password.equals(info.getPassword())) {
        throw new SecurityException("the user name or password is wrong");
      }
      super.addConnection(context, info);
    }
  }
}
