package org.mansio.dist.docs;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mansio.server.kernel.HookAttributes;
import org.mansio.server.kernel.ServerSettings;
import org.mansio.server.kernel.login.LockingGuard;
import org.mansio.spi.Plugin;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.directory.DirectoryFactory;
import org.mansio.spi.dns.DnsResolverFactory;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.queue.MailQueueFactory;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.smtp.SmtpExtensionFactory;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.store.MailStoreFactory;

/** Everything that the shipped plugins and the kernel let an operator name and set, each list sorted by name. */
final class Factories {
  private static final List<Plugin> PLUGINS =
      ServiceLoader.load(Plugin.class).stream().map(ServiceLoader.Provider::get).toList();

  private Factories() {}

  /**
   * One thing with settings.
   *
   * @param name as the configuration says it
   */
  record Described(String name, String description, SettingSchema settings) {}

  /** What stands in {@code server.xml} besides what plugins bring. */
  static List<Described> serverParts() {
    return List.of(
        new Described("server", "Directly in <server>.", ServerSettings.IDENTITY),
        new Described("tls", "In <tls>.", ServerSettings.TLS),
        new Described("trace", "In <trace>.", ServerSettings.TRACE),
        new Described("loginGuard", "In <loginGuard>.", LockingGuard.SETTINGS));
  }

  /** The attributes of {@code <hook>}, whichever hook it is. */
  static Described hookUse() {
    return new Described(
        "hook", "Attributes of <hook>, beside its name, for every hook.", HookAttributes.SCHEMA);
  }

  static List<Described> listeners() {
    return all(
        Plugin::listeners,
        ListenerFactory::protocol,
        ListenerFactory::description,
        ListenerFactory::settings);
  }

  static List<Described> extensions() {
    return all(
        Plugin::smtpExtensions,
        SmtpExtensionFactory::name,
        SmtpExtensionFactory::description,
        SmtpExtensionFactory::settings);
  }

  static List<Described> backgroundServices() {
    return all(
        Plugin::backgroundServices,
        BackgroundServiceFactory::type,
        BackgroundServiceFactory::description,
        BackgroundServiceFactory::settings);
  }

  static List<Described> hooks() {
    return all(
        Plugin::smtpHooks,
        SmtpHookFactory::name,
        SmtpHookFactory::description,
        SmtpHookFactory::settings);
  }

  static List<Described> mechanisms() {
    return all(
        Plugin::saslMechanisms,
        SaslMechanismFactory::name,
        SaslMechanismFactory::description,
        SaslMechanismFactory::settings);
  }

  static List<Described> extensions() {
    return all(
        Plugin::smtpExtensions,
        SmtpExtensionFactory::name,
        SmtpExtensionFactory::description,
        SmtpExtensionFactory::settings);
  }

  static List<Described> backgroundServices() {
    return all(
        Plugin::backgroundServices,
        BackgroundServiceFactory::type,
        BackgroundServiceFactory::description,
        BackgroundServiceFactory::settings);
  }

  static List<Described> stores() {
    return all(
        Plugin::stores,
        MailStoreFactory::name,
        MailStoreFactory::description,
        MailStoreFactory::settings);
  }

  static List<Described> queues() {
    return all(
        Plugin::queues,
        MailQueueFactory::name,
        MailQueueFactory::description,
        MailQueueFactory::settings);
  }

  static List<Described> resolvers() {
    return all(
        Plugin::resolvers,
        DnsResolverFactory::name,
        DnsResolverFactory::description,
        DnsResolverFactory::settings);
  }

  static List<Described> directories() {
    return all(
        Plugin::directories,
        DirectoryFactory::name,
        DirectoryFactory::description,
        DirectoryFactory::settings);
  }

  static List<Described> mailets() {
    return all(
        Plugin::mailets, MailetFactory::name, MailetFactory::description, MailetFactory::settings);
  }

  static List<Described> matchers() {
    return all(
        Plugin::matchers,
        MatcherFactory::name,
        MatcherFactory::description,
        m -> SettingSchema.none());
  }

  /** All that have settings. */
  static List<Described> all() {
    return Stream.of(
            serverParts(),
            List.of(hookUse()),
            listeners(),
            extensions(),
            backgroundServices(),
            hooks(),
            mechanisms(),
            extensions(),
            backgroundServices(),
            stores(),
            queues(),
            resolvers(),
            directories(),
            mailets())
        .flatMap(Collection::stream)
        .toList();
  }

  private static <T> List<Described> all(
      Function<Plugin, List<T>> kind,
      Function<T, String> name,
      Function<T, String> description,
      Function<T, SettingSchema> settings) {
    return PLUGINS.stream()
        .flatMap(plugin -> kind.apply(plugin).stream())
        .map(factory ->
            new Described(name.apply(factory), description.apply(factory), settings.apply(factory)))
        .sorted(Comparator.comparing(Described::name, String.CASE_INSENSITIVE_ORDER))
        .toList();
  }
}
