package org.mansio.server.processor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Services;

/** Reads and checks {@code mailetcontainer.xml}. Used once, by one thread. */
final class ChainReader {
  static final String FILE = "mailetcontainer.xml";

  /** What other parts of the server do that James configures in this file. */
  private static final Map<String, String> ELSEWHERE = Map.of(
      "context", "the postmaster stands in server.xml, <postmaster>",
      "spooler",
          "the spool's settings stand in queue.xml; mail that fails goes to the processor 'error'");

  private final PluginRegistry plugins;
  private final Services services;
  private final Problems problems;

  ChainReader(PluginRegistry plugins, Services services, Problems problems) {
    this.plugins = plugins;
    this.services = services;
    this.problems = problems;
  }

  /** The processors by name, in the order of the file; not to be used when there are errors among the problems. */
  Map<String, DraftProcessor> read(ConfigurationFiles files) {
    Map<String, DraftProcessor> processors = new LinkedHashMap<>();
    Optional<ConfigElement> root = files.read(FILE, "mailetcontainer", problems);
    if (root.isEmpty()) {
      return processors;
    }
    for (ConfigElement element : processorElements(root.get())) {
      DraftProcessor draft = new ProcessorReader(plugins, services, problems).read(element);
      if (!draft.name().isEmpty()) {
        add(draft, element.locationOf("state"), processors);
      }
    }
    new PathCheck(processors, problems).check(root.get().location());
    return processors;
  }

  private List<ConfigElement> processorElements(ConfigElement root) {
    Grammar.attributes(root, problems, "enableJmx");
    if (root.attributes().containsKey("enableJmx")) {
      problems.warning(
          root.locationOf("enableJmx"), "enableJmx has no meaning here and can be removed");
    }
    for (ConfigElement child : root.children()) {
      String elsewhere = ELSEWHERE.get(child.name());
      if (elsewhere != null) {
        problems.error(child.location(), "<" + child.name() + "> isn't read here: " + elsewhere);
      } else if (!child.name().equals("processors")) {
        Grammar.unknownElement(child, root.name(), List.of("processors"), problems);
      }
    }
    Optional<ConfigElement> processors = Grammar.single(root, "processors", problems);
    if (processors.isEmpty()) {
      problems.error(root.location(), "<mailetcontainer> needs <processors>");
      return List.of();
    }
    Grammar.attributes(processors.get(), problems);
    Grammar.children(processors.get(), problems, "processor");
    return processors.get().children("processor");
  }

  private void add(
      DraftProcessor draft, Location location, Map<String, DraftProcessor> processors) {
    String key = draft.name().toLowerCase(Locale.ROOT);
    Optional<String> same = processors.keySet().stream()
        .filter(name -> name.toLowerCase(Locale.ROOT).equals(key))
        .findFirst();
    if (same.isPresent()) {
      String difference = same.get().equals(draft.name()) ? "" : ", which differs in case only";
      problems.error(
          location,
          "processor '" + draft.name() + "' exists already: '" + same.get() + "'" + difference);
    } else {
      processors.put(draft.name(), draft);
    }
  }
}
