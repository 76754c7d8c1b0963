package org.mansio.server.kernel.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mansio.server.kernel.config.Problems;
import org.mansio.spi.Plugin;
import org.mansio.spi.Services;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All plugins and what they contribute. Filled by {@link #load} and {@link #activate}, thread-safe afterwards.
 */
public final class PluginRegistry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PluginRegistry.class);

  private final Catalogue<MailetFactory> mailets = new Catalogue<>("mailet");
  private final Catalogue<MatcherFactory> matchers = new Catalogue<>("matcher");
  private final Catalogue<ListenerFactory> listeners = new Catalogue<>("protocol");
  private final Catalogue<SmtpHookFactory> hooks = new Catalogue<>("SMTP hook");
  private final Catalogue<SaslMechanismFactory> mechanisms = new Catalogue<>("SASL mechanism");
  private final Catalogue<DirectoryFactory> directories = new Catalogue<>("directory type");
  private final Catalogue<MailStoreFactory> stores = new Catalogue<>("store type");
  private final Catalogue<MailQueueFactory> queues = new Catalogue<>("queue type");
  private final Catalogue<DnsResolverFactory> resolvers = new Catalogue<>("resolver type");
  private final Catalogue<SmtpExtensionFactory> extensions = new Catalogue<>("SMTP extension");
  private final Catalogue<BackgroundServiceFactory> backgroundServices =
      new Catalogue<>("background service");
  private final Catalogue<OutboundSmtpFactory> outboundSmtp = new Catalogue<>("SMTP client");
  private final Catalogue<SmtpProbe> probes = new Catalogue<>("SMTP probe");
  private final Catalogue<AdminBean> adminBeans = new Catalogue<>("MXBean type");

  private final List<FoundPlugin> plugins;
  private final List<PluginClassLoader> loaders;
  private final Map<FoundPlugin, List<String>> contributions = new LinkedHashMap<>();

  private PluginRegistry(PluginFinder finder) {
    this.plugins = finder.found();
    this.loaders = finder.loaders();
  }

  /**
   * Reads what the server ships and what lies below the plugin folder.
   *
   * @param pluginFolder holds a folder for each plugin; needn't exist
   * @param application sees the SPI and what the server ships
   */
  public static PluginRegistry load(Path pluginFolder, ClassLoader application, Problems problems) {
    PluginFinder finder = new PluginFinder(application, problems);
    finder.findBuiltIn();
    finder.findBelow(pluginFolder);
    return filled(finder, problems);
  }

  /** Just these, without looking anywhere; for tests. */
  public static PluginRegistry of(List<Plugin> plugins, Problems problems) {
    PluginFinder finder = new PluginFinder(PluginRegistry.class.getClassLoader(), problems);
    plugins.forEach(finder::take);
    return filled(finder, problems);
  }

  private static PluginRegistry filled(PluginFinder finder, Problems problems) {
    PluginRegistry registry = new PluginRegistry(finder);
    Catalogue<FoundPlugin> names = new Catalogue<>("plugin name");
    for (FoundPlugin found : registry.plugins) {
      registry.contributions.put(found, new ArrayList<>());
      guarded(found, problems, () -> {
        names.add(found.plugin().name(), found, found.title(), found.location(), problems);
        registry.takeFactories(found, problems);
      });
    }
    return registry;
  }

  private void takeFactories(FoundPlugin found, Problems problems) {
    Plugin p = found.plugin();
    take(found, MailetFactory.class, mailets, p::mailets, MailetFactory::name, problems);
    take(found, MatcherFactory.class, matchers, p::matchers, MatcherFactory::name, problems);
    take(
        found, ListenerFactory.class, listeners, p::listeners, ListenerFactory::protocol, problems);
    take(found, SmtpHookFactory.class, hooks, p::smtpHooks, SmtpHookFactory::name, problems);
    take(
        found,
        SmtpExtensionFactory.class,
        extensions,
        p::smtpExtensions,
        SmtpExtensionFactory::name,
        problems);
    take(
        found,
        BackgroundServiceFactory.class,
        backgroundServices,
        p::backgroundServices,
        BackgroundServiceFactory::type,
        problems);
    // There is one: a second, whosever, is a duplicate.
    take(
        found,
        OutboundSmtpFactory.class,
        outboundSmtp,
        p::outboundSmtp,
        factory -> "sessions",
        problems);
    take(
        found,
        SaslMechanismFactory.class,
        mechanisms,
        p::saslMechanisms,
        SaslMechanismFactory::name,
        problems);
    take(
        found,
        DirectoryFactory.class,
        directories,
        p::directories,
        DirectoryFactory::name,
        problems);
    take(found, MailStoreFactory.class, stores, p::stores, MailStoreFactory::name, problems);
    take(found, MailQueueFactory.class, queues, p::queues, MailQueueFactory::name, problems);
    take(
        found,
        DnsResolverFactory.class,
        resolvers,
        p::resolvers,
        DnsResolverFactory::name,
        problems);
  }

  /** Takes in what plugins make once the services exist. To be called once. */
  public void activate(Services services, Problems problems) {
    for (FoundPlugin found : plugins) {
      guarded(found, problems, () -> {
        take(
            found,
            SmtpProbe.class,
            probes,
            () -> found.plugin().smtpProbe(services).stream().toList(),
            probe -> "for all",
            problems);
        take(
            found,
            AdminBean.class,
            adminBeans,
            () -> found.plugin().adminBeans(services),
            AdminBean::type,
            problems);
      });
    }
  }

  private <T> void take(
      FoundPlugin found,
      Class<T> type,
      Catalogue<T> catalogue,
      Supplier<List<T>> source,
      Function<T, String> name,
      Problems problems) {
    List<T> entries = PluginContext.runIn(found.plugin(), source).stream()
        .map(entry -> PluginContext.wrap(type, entry))
        .toList();
    for (T entry : entries) {
      catalogue.add(name.apply(entry), entry, found.title(), found.location(), problems);
      contributions
          .getOrDefault(found, new ArrayList<>())
          .add(catalogue.kind() + " " + name.apply(entry));
    }
  }

  /** A plugin that breaks while it is read stops start-up by name, not with a stack trace. */
  private static void guarded(FoundPlugin found, Problems problems, Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Plugin class {} failed", found.plugin().getClass().getName(), e);
      problems.error(
          found.location(),
          "plugin class " + found.plugin().getClass().getName() + " can't be used: " + e);
    }
  }

  public Catalogue<MailetFactory> mailets() {
    return mailets;
  }

  public Catalogue<MatcherFactory> matchers() {
    return matchers;
  }

  /** By protocol. */
  public Catalogue<ListenerFactory> listeners() {
    return listeners;
  }

  public Catalogue<SmtpHookFactory> hooks() {
    return hooks;
  }

  public Catalogue<SaslMechanismFactory> mechanisms() {
    return mechanisms;
  }

  public Catalogue<DirectoryFactory> directories() {
    return directories;
  }

  public Catalogue<MailStoreFactory> stores() {
    return stores;
  }

  public Catalogue<MailQueueFactory> queues() {
    return queues;
  }

  public Catalogue<DnsResolverFactory> resolvers() {
    return resolvers;
  }

  public Catalogue<SmtpExtensionFactory> extensions() {
    return extensions;
  }

  /** By type. */
  public Catalogue<BackgroundServiceFactory> backgroundServices() {
    return backgroundServices;
  }

  /** One at the most. */
  public Catalogue<OutboundSmtpFactory> outboundSmtp() {
    return outboundSmtp;
  }

  /** What knows nothing before {@link #activate}, or where no plugin has one. */
  public SmtpProbe probe() {
    return probes.all().stream().findFirst().orElseGet(SmtpProbe::none);
  }

  /** Empty before {@link #activate}. */
  public Catalogue<AdminBean> adminBeans() {
    return adminBeans;
  }

  /** For the operator: what the server ships first, then by folder. */
  public List<LoadedPlugin> plugins() {
    return plugins.stream()
        .map(found -> new LoadedPlugin(
            found.plugin().name(),
            found.plugin().version(),
            found.plugin().spiVersion(),
            found.directory(),
            contributions.getOrDefault(found, List.of())))
        .toList();
  }

  /** Lets the plugins' jars go; nothing of them may run afterwards. */
  @Override
  public void close() {
    for (PluginClassLoader loader : loaders) {
      try {
        loader.close();
      } catch (IOException e) {
        LOG.warn("The jars of {} could not be closed", loader.directory(), e);
      }
    }
  }
}
