package org.mansio.server.kernel;

import java.util.Optional;
import java.util.function.Function;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.SettingsReader;
import org.mansio.server.kernel.config.Suggestion;
import org.mansio.server.kernel.plugin.Catalogue;
import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * A factory that an element names in an attribute, with the settings that its children give.
 *
 * @param element for the location of further problems
 * @param <F> the factory's type
 */
public record FactoryChoice<F>(F factory, Settings settings, ConfigElement element) {
  /** Makes the instance; may refuse settings that don't fit together. */
  @FunctionalInterface
  public interface Maker<F, T> {
    T make(F factory, Settings settings) throws InvalidSettingException;
  }

  /** Finds the factory and reads its settings; what is wrong is among the problems. */
  public static <F> Optional<FactoryChoice<F>> read(
      ConfigElement element,
      String attribute,
      Catalogue<F> catalogue,
      Function<F, SettingSchema> schema,
      Problems problems) {
    Optional<String> name = Grammar.required(element, attribute, problems);
    Optional<F> factory = name.flatMap(catalogue::find);
    if (name.isPresent() && factory.isEmpty()) {
      problems.error(
          element.locationOf(attribute),
          "unknown " + catalogue.kind() + " '" + name.get() + "'"
              + Suggestion.hint(name.get(), catalogue.names()));
    }
    String known = name.orElse("");
    return factory.flatMap(f -> catalogue
        .ask(known, "settings", schema::apply, element.locationOf(attribute), problems)
        .flatMap(its -> SettingsReader.read(element, its, catalogue.kind() + " " + known, problems))
        .map(settings -> new FactoryChoice<>(f, settings, element)));
  }

  /** The instance; a refusal, or a factory that breaks, is among the problems. */
  public <T> Optional<T> make(Maker<F, T> maker, String what, Problems problems) {
    try {
      return Optional.of(maker.make(factory, settings));
    } catch (InvalidSettingException e) {
      problems.error(locationOf(e), what + ": " + e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      problems.error(
          element.location(),
          what + " could not be made by " + PluginContext.className(factory) + ": " + e);
    }
    return Optional.empty();
  }

  /** Where the element stands that a refusal is about. */
  private Location locationOf(InvalidSettingException refusal) {
    return refusal
        .group()
        .map(element::children)
        .filter(children -> refusal.index() < children.size())
        .map(children -> children.get(refusal.index()).location())
        .orElse(element.location());
  }
}
