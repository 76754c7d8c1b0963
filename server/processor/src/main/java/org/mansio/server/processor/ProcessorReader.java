package org.mansio.server.processor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.SettingsReader;
import org.mansio.server.kernel.config.Suggestion;
import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.server.processor.DraftStage.Target;
import org.mansio.spi.Services;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Reads one {@code <processor>}. Used once. */
final class ProcessorReader {
  private static final String ON_MAILET_EXCEPTION = "onMailetException";
  private static final String ON_MATCH_EXCEPTION = "onMatchException";

  private final PluginRegistry plugins;
  private final Services services;
  private final Problems problems;
  private final ConditionReader conditions;
  private final List<DraftStage> stages = new ArrayList<>();
  private String processor = "";
  private boolean complete = true;

  ProcessorReader(PluginRegistry plugins, Services services, Problems problems) {
    this.plugins = plugins;
    this.services = services;
    this.problems = problems;
    this.conditions = new ConditionReader(plugins, services, problems);
  }

  DraftProcessor read(ConfigElement element) {
    Grammar.attributes(element, problems, "state", "enableJmx");
    if (element.attributes().containsKey("enableJmx")) {
      problems.warning(
          element.locationOf("enableJmx"), "enableJmx has no meaning here and can be removed");
    }
    Grammar.children(element, problems, "mailet", "matcher");
    processor = Grammar.required(element, "state", problems).orElse("");
    for (ConfigElement child : element.children()) {
      if (child.name().equals("matcher")) {
        conditions.define(child);
      } else if (child.name().equals("mailet")) {
        mailet(child);
      }
    }
    conditions.reportUnused();
    return new DraftProcessor(processor, List.copyOf(stages), complete, element.location());
  }

  private void mailet(ConfigElement element) {
    Grammar.attributes(element, problems, "class", "match", "notmatch");
    Optional<Condition> condition = conditions.ofMailet(element);
    Optional<MailetFactory> factory = factory(element);
    List<Target> targets = new ArrayList<>();
    Optional<MailetFailureRule> onMailet = onMailetException(element, targets);
    Optional<MatchFailureRule> onMatch = onMatchException(element, targets);
    List<ConfigElement> own = element.children().stream()
        .filter(c -> !c.name().equals(ON_MAILET_EXCEPTION) && !c.name().equals(ON_MATCH_EXCEPTION))
        .toList();
    if (factory.isEmpty()) {
      complete = false;
      return;
    }
    MailetFactory f = factory.get();
    String owner = "mailet " + f.name();
    String where = processor + "/" + stages.size() + "/" + f.name();
    Optional<SettingSchema> schema = ask(f, "settings", MailetFactory::settings, element);
    Optional<Settings> settings =
        schema.flatMap(its -> SettingsReader.read(element.withChildren(own), its, owner, problems));
    Optional<Mailet> mailet = settings.flatMap(s -> create(f, s, element));
    Optional<Boolean> ends = settings.flatMap(s -> ask(f, "ends", its -> its.ends(s), element));
    Optional<Boolean> runsInSimulation =
        settings.flatMap(s -> ask(f, "runsInSimulation", its -> its.runsInSimulation(s), element));
    if (condition.isEmpty()
        || schema.isEmpty()
        || settings.isEmpty()
        || ends.isEmpty()
        || runsInSimulation.isEmpty()
        || mailet.isEmpty()
        || onMailet.isEmpty()
        || onMatch.isEmpty()) {
      complete = false;
      mailet.ifPresent(made -> ChainInForce.close(made, where));
      return;
    }
    collectTargets(f.name(), schema.get(), settings.get(), element, targets);
    Stage stage = new Stage(
        where,
        condition.get(),
        mailet.get(),
        onMailet.get(),
        onMatch.get(),
        ends.get(),
        runsInSimulation.get());
    stages.add(new DraftStage(
        stage, f.name(), targets, shown(own, schema.get(), settings.get()), element.location()));
  }

  private Optional<MailetFactory> factory(ConfigElement element) {
    Optional<String> written = Grammar.required(element, "class", problems);
    Optional<MailetFactory> factory =
        written.map(ChainName::shorten).flatMap(plugins.mailets()::find);
    if (written.isPresent() && factory.isEmpty()) {
      String name = ChainName.shorten(written.get());
      problems.error(
          element.locationOf("class"),
          "unknown mailet '" + written.get() + "'"
              + Suggestion.hint(name, plugins.mailets().names()));
    }
    return factory;
  }

  private <R> Optional<R> ask(
      MailetFactory factory,
      String method,
      Function<MailetFactory, R> call,
      ConfigElement element) {
    return plugins
        .mailets()
        .ask(factory.name(), method, call::apply, element.locationOf("class"), problems);
  }

  private Optional<Mailet> create(MailetFactory factory, Settings settings, ConfigElement element) {
    try {
      return Optional.of(factory.create(settings, services));
    } catch (InvalidSettingException | IllegalArgumentException e) {
      problems.error(element.location(), "mailet " + factory.name() + ": " + e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      problems.error(
          element.location(),
          "mailet " + factory.name() + " could not be made by " + PluginContext.className(factory)
              + ": " + e);
    }
    return Optional.empty();
  }

  private Optional<MailetFailureRule> onMailetException(
      ConfigElement element, List<Target> targets) {
    Optional<ConfigElement> rule = Grammar.single(element, ON_MAILET_EXCEPTION, problems);
    String text = rule.map(ConfigElement::text).filter(t -> !t.isEmpty()).orElse(Processor.ERROR);
    return Optional.of(
        switch (text) {
          case "ignore" -> new MailetFailureRule.Ignore();
          case "propagate" -> new MailetFailureRule.Propagate();
          default -> {
            rule.ifPresent(r -> targets.add(new Target(text, ON_MAILET_EXCEPTION, r.location())));
            yield new MailetFailureRule.ToProcessor(text);
          }
        });
  }

  private Optional<MatchFailureRule> onMatchException(ConfigElement element, List<Target> targets) {
    Optional<ConfigElement> rule = Grammar.single(element, ON_MATCH_EXCEPTION, problems);
    String text = rule.map(ConfigElement::text).filter(t -> !t.isEmpty()).orElse(Processor.ERROR);
    return Optional.of(
        switch (text) {
          case "matchall" -> new MatchFailureRule.MatchAll();
          case "nomatch" -> new MatchFailureRule.NoMatch();
          case "propagate" -> new MatchFailureRule.Propagate();
          default -> {
            rule.ifPresent(r -> targets.add(new Target(text, ON_MATCH_EXCEPTION, r.location())));
            yield new MatchFailureRule.ToProcessor(text);
          }
        });
  }

  private static void collectTargets(
      String mailet,
      SettingSchema schema,
      Settings settings,
      ConfigElement element,
      List<Target> targets) {
    for (Setting<?> setting : schema.settings()) {
      if (setting.type().kind() == Setting.Kind.PROCESSOR) {
        Location location =
            element.child(setting.name()).map(ConfigElement::location).orElse(element.location());
        String source = "setting '" + setting.name() + "' of mailet " + mailet
            + (settings.isSet(setting) ? "" : " (by default)");
        settings
            .all(setting)
            .forEach(value -> targets.add(new Target(value.toString(), source, location)));
      }
    }
  }

  private static Map<String, String> shown(
      List<ConfigElement> elements, SettingSchema schema, Settings settings) {
    List<String> secrets = schema.settings().stream()
        .filter(s -> s.type().kind() == Setting.Kind.SECRET && settings.isSet(s))
        .map(Setting::name)
        .toList();
    Map<String, String> shown = new LinkedHashMap<>();
    for (ConfigElement element : elements) {
      String text = secrets.contains(element.name()) ? "(hidden)" : element.text();
      if (!text.isEmpty()) {
        shown.merge(element.name(), text, (one, other) -> one + ", " + other);
      }
    }
    return shown;
  }
}
