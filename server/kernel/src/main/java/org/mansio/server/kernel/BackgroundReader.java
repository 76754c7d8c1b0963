package org.mansio.server.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Services;
import org.mansio.spi.background.BackgroundService;
import org.mansio.spi.background.BackgroundServiceFactory;

/** Makes the background services of {@code server.xml}. Used once, by one thread. */
final class BackgroundReader {
  private final PluginRegistry plugins;
  private final Services services;
  private final Problems problems;
  private final Set<String> names = new HashSet<>();

  BackgroundReader(PluginRegistry plugins, Services services, Problems problems) {
    this.plugins = plugins;
    this.services = services;
    this.problems = problems;
  }

  List<Component> read(List<ConfigElement> elements) {
    List<Component> components = new ArrayList<>();
    for (ConfigElement element : elements) {
      Grammar.attributes(element, problems, "name", "type");
      Optional<String> name = Grammar.required(element, "name", problems);
      if (name.isPresent() && !names.add(name.get())) {
        problems.error(
            element.locationOf("name"),
            "two background services have the name '" + name.get() + "'");
      }
      read(element, name.orElse("")).ifPresent(components::add);
    }
    return components;
  }

  private Optional<Component> read(ConfigElement element, String name) {
    return FactoryChoice.read(
            element,
            "type",
            plugins.backgroundServices(),
            BackgroundServiceFactory::settings,
            problems)
        .flatMap(choice -> choice.make(
            (factory, settings) -> factory.create(name, settings, services),
            "background service " + name,
            problems))
        .map(service -> PluginContext.wrap(BackgroundService.class, service))
        .map(service ->
            Components.of(name, Component.Phase.BACKGROUND, service::start, service::stop));
  }
}
