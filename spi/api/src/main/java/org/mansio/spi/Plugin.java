package org.mansio.spi;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.admin.AdminBean;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.directory.DirectoryFactory;
import org.mansio.spi.dns.DnsResolverFactory;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.queue.MailQueueFactory;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.smtp.OutboundSmtpFactory;
import org.mansio.spi.smtp.SmtpExtensionFactory;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpProbe;
import org.mansio.spi.store.MailStoreFactory;

/**
 * The one type that {@link java.util.ServiceLoader} looks for. A plugin is a public class with a public constructor
 * without parameters, named in {@code META-INF/services/org.mansio.spi.Plugin} of a jar below {@code plugins/<name>/}. What
 * the server ships registers in the same way.
 *
 * <p>A plugin contributes factories and values; it opens and starts nothing by itself. Each method is called once.
 */
public interface Plugin {
  /** For listings, such as {@code etrn}. */
  String name();

  /** The plugin's own version. */
  String version();

  /**
   * The version of this SPI that it was built for; write {@code return SpiVersion.CURRENT;}, which the compiler turns into
   * the number. A newer one than the server's stops start-up.
   */
  int spiVersion();

  default List<MailetFactory> mailets() {
    return List.of();
  }

  default List<MatcherFactory> matchers() {
    return List.of();
  }

  default List<ListenerFactory> listeners() {
    return List.of();
  }

  default List<SmtpExtensionFactory> smtpExtensions() {
    return List.of();
  }

  default List<SmtpHookFactory> smtpHooks() {
    return List.of();
  }

  /** Asks other hosts about addresses; one plugin at the most has it. Closed with the server where it can be. */
  default Optional<SmtpProbe> smtpProbe(Services services) {
    return Optional.empty();
  }

  default List<SaslMechanismFactory> saslMechanisms() {
    return List.of();
  }

  default List<DirectoryFactory> directories() {
    return List.of();
  }

  default List<MailStoreFactory> stores() {
    return List.of();
  }

  default List<MailQueueFactory> queues() {
    return List.of();
  }

  default List<DnsResolverFactory> resolvers() {
    return List.of();
  }

  /** At most one among all plugins. */
  default List<OutboundSmtpFactory> outboundSmtp() {
    return List.of();
  }

  default List<BackgroundServiceFactory> backgroundServices() {
    return List.of();
  }

  default List<AdminBean> adminBeans(Services services) {
    return List.of();
  }
}
