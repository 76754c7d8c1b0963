import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;

/**
 * A broker in a process of its own, set as docs/operations.md asks. Run from this file with the jars of an installation on the
 * class path; prints its URL and runs until it is killed.
 */
public final class ExternalBroker {
  private ExternalBroker() {}

  /** Starts it: directory, port. */
  public static void main(String[] arguments) throws Exception {
    BrokerService broker = new BrokerService();
    broker.setBrokerName("external");
    broker.setUseJmx(false);
    broker.setUseShutdownHook(false);
    KahaDBPersistenceAdapter store = new KahaDBPersistenceAdapter();
    store.setDirectory(Path.of(arguments[0]).toFile());
    store.setConcurrentStoreAndDispatchQueues(false);
    broker.setPersistenceAdapter(store);
    broker.getSystemUsage().getStoreUsage().setLimit(1L << 30);
    PolicyEntry policy = new PolicyEntry();
    policy.setQueue("mansio.>");
    policy.setProducerFlowControl(false);
    policy.setQueuePrefetch(200);
    policy.setMaxPageSize(200);
    PolicyMap policies = new PolicyMap();
    policies.setPolicyEntries(List.of(policy));
    broker.setDestinationPolicy(policies);
    TransportConnector connector =
        broker.addConnector(new URI("tcp://127.0.0.1:" + arguments[1]));
    broker.start();
    System.out.println("listening " + connector.getServer().getSocketAddress().getPort());
    broker.waitUntilStopped();
  }
}
