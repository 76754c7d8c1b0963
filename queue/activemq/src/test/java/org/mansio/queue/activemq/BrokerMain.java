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
    broker.setPersistenceAdapter(store);
    SystemUsage usage = broker.getSystemUsage();
    usage.getMemoryUsage().setLimit(64 << 20);
    usage.getStoreUsage().setLimit(1L << 30);
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
