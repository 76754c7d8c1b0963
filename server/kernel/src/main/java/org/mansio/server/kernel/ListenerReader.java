package org.mansio.server.kernel;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Services;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;

/** Makes the listeners of {@code server.xml}. Used once, by one thread. */
final class ListenerReader {
  private static final String PORT = "port";

  private record Made(Listener listener, List<InetSocketAddress> addresses) {}

  private final PluginRegistry plugins;
  private final Services services;
  private final List<SmtpExtension> extensions;
  private final List<SaslMechanism> mechanisms;
  private final Problems problems;
  private final PortClashes clashes;
  private final Set<String> names = new HashSet<>();

  ListenerReader(
      PluginRegistry plugins,
      Services services,
      List<SmtpExtension> extensions,
      List<SaslMechanism> mechanisms,
      Problems problems) {
    this.plugins = plugins;
    this.services = services;
    this.extensions = extensions;
    this.mechanisms = mechanisms;
    this.problems = problems;
    this.clashes = new PortClashes(problems);
  }

  Listeners read(List<ConfigElement> elements) {
    List<Listener> listeners = new ArrayList<>();
    for (ConfigElement element : elements) {
      Grammar.attributes(element, problems, "name", "protocol");
      Optional<String> name = Grammar.required(element, "name", problems);
      if (name.isPresent() && !names.add(name.get())) {
        problems.error(
            element.locationOf("name"), "two listeners have the name '" + name.get() + "'");
      }
      read(element, name.orElse("")).ifPresent(listeners::add);
    }
    return new Listeners(listeners);
  }

  private Optional<Listener> read(ConfigElement element, String name) {
    Optional<ConfigElement> hooksElement = Grammar.single(element, "hooks", problems);
    List<ConfigElement> settings = new ArrayList<>();
    boolean off = false;
    for (ConfigElement child : element.children()) {
      if (child.name().equals("hooks")) {
        continue;
      }
      // Port 0 switches a listener off, whatever its protocol; "auto" is for the protocol to read.
      off |= child.name().equals(PORT) && child.text().equals("0");
      settings.add(child);
    }
    List<HookUse> hooks = hooksElement.map(this::hooks).orElse(List.of());
    Optional<FactoryChoice<ListenerFactory>> choice = FactoryChoice.read(
        element.withChildren(settings),
        "protocol",
        plugins.listeners(),
        ListenerFactory::settings,
        problems);
    if (choice.isEmpty() || off) {
      return Optional.empty();
    }
    ListenerFactory.Context context =
        new ListenerFactory.Context(services, extensions, hooks, mechanisms);
    return choice
        .get()
        .make((factory, read) -> create(factory, name, read, context), "listener " + name, problems)
        .map(made -> {
          Location location = element.child(PORT).orElse(element).location();
          clashes.add(name, made.addresses(), location);
          return made.listener();
        });
  }

  private static Made create(
      ListenerFactory factory, String name, Settings settings, ListenerFactory.Context context)
      throws InvalidSettingException {
    Listener listener = PluginContext.wrap(Listener.class, factory.create(name, settings, context));
    return new Made(listener, listener.configuredAddresses());
  }

  private List<HookUse> hooks(ConfigElement element) {
    Grammar.attributes(element, problems);
    Grammar.children(element, problems, "hook");
    List<HookUse> hooks = new ArrayList<>();
    for (ConfigElement child : element.children("hook")) {
      List<String> attributes = new ArrayList<>(HookAttributes.names());
      attributes.add("name");
      Grammar.attributes(child, problems, attributes.toArray(String[]::new));
      Optional<HookAttributes> use = HookAttributes.read(child, problems);
      Optional<SmtpHook> hook = FactoryChoice.read(
              child, "name", plugins.hooks(), SmtpHookFactory::settings, problems)
          .flatMap(choice -> choice.make(
              (factory, settings) -> factory.create(settings, services),
              "SMTP hook " + choice.factory().name(),
              problems))
          .map(made -> PluginContext.wrap(SmtpHook.class, made));
      use.flatMap(read -> hook.map(read::use)).ifPresent(hooks::add);
    }
    return hooks;
  }
}
