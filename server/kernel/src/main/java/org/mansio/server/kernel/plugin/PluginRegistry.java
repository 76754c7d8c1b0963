package org.mansio.server.kernel.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.mansio.spi.settings.SettingSchema;
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
  /** The name of the one SMTP client among {@link #outboundSmtp}. */
  public static final String SESSIONS = "sessions";

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

  /** One kind of what plugins contribute, and what each of that kind says of itself. @param named the method with its name */
  private record Kind<T>(
      Class<T> type,
      Catalogue<T> catalogue,
      String named,
      Function<T, String> name,
      Function<T, String> description,
      Function<T, SettingSchema> settings) {
    /** A kind that has neither description nor settings. */
    static <T> Kind<T> of(Class<T> type, Catalogue<T> catalogue, Function<T, String> name) {
      return new Kind<>(type, catalogue, "name", name, entry -> "", entry -> SettingSchema.none());
    }
  }

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
    take(
        found,
        new Kind<>(
            MailetFactory.class,
            mailets,
            "name",
            MailetFactory::name,
            MailetFactory::description,
            MailetFactory::settings),
        p::mailets,
        problems);
    take(
        found,
        new Kind<>(
            MatcherFactory.class,
            matchers,
            "name",
            MatcherFactory::name,
            MatcherFactory::description,
            factory -> SettingSchema.none()),
        p::matchers,
        problems);
    take(
        found,
        new Kind<>(
            ListenerFactory.class,
            listeners,
            "protocol",
            ListenerFactory::protocol,
            ListenerFactory::description,
            ListenerFactory::settings),
        p::listeners,
        problems);
    take(
        found,
        new Kind<>(
            SmtpHookFactory.class,
            hooks,
            "name",
            SmtpHookFactory::name,
            SmtpHookFactory::description,
            SmtpHookFactory::settings),
        p::smtpHooks,
        problems);
    take(
        found,
        new Kind<>(
            SmtpExtensionFactory.class,
            extensions,
            "name",
            SmtpExtensionFactory::name,
            SmtpExtensionFactory::description,
            SmtpExtensionFactory::settings),
        p::smtpExtensions,
        problems);
    take(
        found,
        new Kind<>(
            BackgroundServiceFactory.class,
            backgroundServices,
            "type",
            BackgroundServiceFactory::type,
            BackgroundServiceFactory::description,
            BackgroundServiceFactory::settings),
        p::backgroundServices,
        problems);
    // There is one: a second, whosever, is a duplicate.
    take(
        found,
        Kind.of(OutboundSmtpFactory.class, outboundSmtp, factory -> SESSIONS),
        p::outboundSmtp,
        problems);
    take(
        found,
        new Kind<>(
            SaslMechanismFactory.class,
            mechanisms,
            "name",
            SaslMechanismFactory::name,
            SaslMechanismFactory::description,
            SaslMechanismFactory::settings),
        p::saslMechanisms,
        problems);
    take(
        found,
        new Kind<>(
            DirectoryFactory.class,
            directories,
            "name",
            DirectoryFactory::name,
            DirectoryFactory::description,
            DirectoryFactory::settings),
        p::directories,
        problems);
    take(
        found,
        new Kind<>(
            MailStoreFactory.class,
            stores,
            "name",
            MailStoreFactory::name,
            MailStoreFactory::description,
            MailStoreFactory::settings),
        p::stores,
        problems);
    take(
        found,
        new Kind<>(
            MailQueueFactory.class,
            queues,
            "name",
            MailQueueFactory::name,
            MailQueueFactory::description,
            MailQueueFactory::settings),
        p::queues,
        problems);
    take(
        found,
        new Kind<>(
            DnsResolverFactory.class,
            resolvers,
            "name",
            DnsResolverFactory::name,
            DnsResolverFactory::description,
            DnsResolverFactory::settings),
        p::resolvers,
        problems);
  }

  /** Takes in what plugins make once the services exist. To be called once. */
  public void activate(Services services, Problems problems) {
    for (FoundPlugin found : plugins) {
      guarded(found, problems, () -> {
        take(
            found,
            Kind.of(SmtpProbe.class, probes, probe -> "for all"),
            () -> found.plugin().smtpProbe(services).stream().toList(),
            problems);
        take(
            found,
            Kind.of(AdminBean.class, adminBeans, AdminBean::type),
            () -> found.plugin().adminBeans(services),
            problems);
      });
    }
  }

  private <T> void take(
      FoundPlugin found, Kind<T> kind, Supplier<List<T>> source, Problems problems) {
    for (T made : PluginContext.runIn(found.plugin(), source)) {
      T entry = PluginContext.wrap(kind.type(), made);
      String some = "some " + kind.catalogue().kind();
      Optional<String> name = ask(found, entry, some, kind.named(), kind.name(), problems);
      if (name.isEmpty()) {
        continue;
      }
      kind.catalogue().add(name.get(), entry, found.title(), found.location(), problems);
      String title = kind.catalogue().kind() + " '" + name.get() + "'";
      contributions
          .getOrDefault(found, new ArrayList<>())
          .add(kind.catalogue().kind() + " " + name.get());
      // What the server ships has tests; for the sake of the start it is asked only where it is
      // used.
      if (found.directory().isPresent()) {
        ask(found, entry, title, "description", kind.description(), problems);
        ask(found, entry, title, "settings", kind.settings(), problems);
      }
    }
  }

  private static <T, R> Optional<R> ask(
      FoundPlugin found,
      T entry,
      String what,
      String method,
      Function<T, R> call,
      Problems problems) {
    return Catalogue.ask(
        entry, what, found.title(), method, call::apply, found.location(), problems);
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
