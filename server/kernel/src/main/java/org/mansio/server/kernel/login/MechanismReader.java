package org.mansio.server.kernel.login;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mansio.server.kernel.FactoryChoice;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.SettingsReader;
import org.mansio.server.kernel.plugin.Catalogue;
import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.spi.Services;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;

/**
 * Makes the SASL mechanisms: those that are on by default, and those that {@code <sasl>} names. Used once, by one thread.
 */
public final class MechanismReader {
  private final Catalogue<SaslMechanismFactory> factories;
  private final Services services;
  private final Problems problems;

  public MechanismReader(
      Catalogue<SaslMechanismFactory> factories, Services services, Problems problems) {
    this.factories = factories;
    this.services = services;
    this.problems = problems;
  }

  /** The mechanisms, strongest first. */
  public List<SaslMechanism> read(Optional<ConfigElement> sasl) {
    Map<String, SaslMechanism> made = new HashMap<>();
    Set<String> named = new HashSet<>();
    sasl.ifPresent(element -> {
      Grammar.attributes(element, problems);
      Grammar.children(element, problems, "mechanism");
      element.children("mechanism").forEach(child -> {
        Grammar.attributes(child, problems, "name", "enabled");
        child.attribute("name").ifPresent(name -> {
          if (!named.add(name)) {
            problems.error(
                child.locationOf("name"), "SASL mechanism '" + name + "' stands twice in <sasl>");
          }
        });
        read(child).ifPresent(mechanism -> made.put(mechanism.name(), mechanism));
      });
    });
    List<SaslMechanism> all = new ArrayList<>();
    for (String name : factories.names()) {
      SaslMechanism configured = made.get(name);
      if (configured != null) {
        all.add(configured);
      } else if (!named.contains(name)
          && ask(name, "onByDefault", SaslMechanismFactory::onByDefault).orElse(false)) {
        byDefault(name).ifPresent(all::add);
      }
    }
    // A stable sort: what is equally strong stays in the order of the plugins.
    all.sort(Comparator.comparing(SaslMechanism::strength).reversed());
    return List.copyOf(all);
  }

  private Optional<SaslMechanism> read(ConfigElement element) {
    String enabled = element.attribute("enabled").orElse("true");
    if (!enabled.equals("true") && !enabled.equals("false")) {
      problems.error(element.locationOf("enabled"), "'" + enabled + "' is neither true nor false");
    }
    Optional<FactoryChoice<SaslMechanismFactory>> choice =
        FactoryChoice.read(element, "name", factories, SaslMechanismFactory::settings, problems);
    return choice
        .filter(read -> !enabled.equals("false"))
        .flatMap(
            read -> read.make(this::make, "SASL mechanism " + read.factory().name(), problems));
  }

  private Optional<SaslMechanism> byDefault(String name) {
    return ask(name, "settings", SaslMechanismFactory::settings)
        .flatMap(schema -> ask(name, "create", factory -> {
          try {
            return make(factory, SettingsReader.defaults(schema));
          } catch (InvalidSettingException e) {
            throw new IllegalArgumentException("it is on by default and refuses its defaults", e);
          }
        }));
  }

  /** For what no element names: what is wrong is the plugin. */
  private <R> Optional<R> ask(String name, String method, Function<SaslMechanismFactory, R> call) {
    return factories.ask(name, method, call::apply, factories.locationOf(name), problems);
  }

  private SaslMechanism make(SaslMechanismFactory factory, Settings settings)
      throws InvalidSettingException {
    return PluginContext.wrap(SaslMechanism.class, factory.create(settings, services));
  }
}
