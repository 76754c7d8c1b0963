package org.mansio.queue.activemq;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.apache.activemq.util.URISupport;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/**
 * The setting {@code brokerUrl}: {@code tcp://host:port}, {@code ssl://host:port}, or several of them in {@code failover:(…)}.
 * ActiveMQ finds out only when it connects that it has no way for a URL, and a server that waits for a broker which is away would
 * wait for that one without end.
 */
final class BrokerUrl {
  static final String FAILOVER = "failover";

  /** Its other ways are for tests, for brokers among themselves, or lose messages. */
  private static final Set<String> BROKERS = Set.of("tcp", "ssl");

  private static final String FORM =
      "tcp://host:port, ssl://host:port, or failover:(…) around several, separated by commas";

  static final Setting.Type<String> TYPE =
      new Setting.Type<>("URL of a broker", Setting.Kind.PLAIN, BrokerUrl::parse);

  private BrokerUrl() {}

  // The text isn't repeated: its query may hold a password.
  private static String parse(String text) throws InvalidSettingException {
    try {
      URI url = new URI(text);
      if (!FAILOVER.equals(scheme(url))) {
        requireBroker(url);
        return text;
      }
      URI[] brokers = URISupport.parseComposite(url).getComponents();
      if (brokers.length == 0) {
        throw new InvalidSettingException("failover: names no broker; what is known is " + FORM);
      }
      for (URI broker : brokers) {
        requireBroker(broker);
      }
      return text;
    } catch (URISyntaxException e) {
      throw new InvalidSettingException("not a URL (" + e.getReason() + "), such as " + FORM);
    }
  }

  private static void requireBroker(URI broker) throws InvalidSettingException {
    String scheme = scheme(broker);
    if (!BROKERS.contains(scheme)) {
      throw new InvalidSettingException((scheme.isEmpty()
              ? "a broker without a scheme"
              : "no way to a broker by '" + scheme + "'")
          + "; what is known is " + FORM);
    }
    if (broker.getHost() == null || broker.getPort() < 1) {
      throw new InvalidSettingException(
          scheme + ": names no host, or no port; what is known is " + FORM);
    }
  }

  private static String scheme(URI url) {
    // As it is written: ActiveMQ knows its ways by names in lower case alone.
    return url.getScheme() == null ? "" : url.getScheme();
  }
}
