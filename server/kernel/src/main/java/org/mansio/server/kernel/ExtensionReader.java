package org.mansio.server.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Services;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpExtensionFactory;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpVerb;

/**
 * Makes the SMTP extensions of {@code server.xml}. Whether their verbs and parameters are those of the server itself is
 * found out by the listeners. Used once, by one thread.
 */
final class ExtensionReader {
  private final PluginRegistry plugins;
  private final Services services;
  private final Problems problems;
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> owners = new HashMap<>();

  ExtensionReader(PluginRegistry plugins, Services services, Problems problems) {
    this.plugins = plugins;
    this.services = services;
    this.problems = problems;
  }

  List<SmtpExtension> read(List<ConfigElement> elements) {
    List<SmtpExtension> extensions = new ArrayList<>();
    for (ConfigElement element : elements) {
      Grammar.attributes(element, problems, "name");
      Optional<String> name = element.attribute("name");
      if (name.isPresent() && !names.add(name.get())) {
        problems.error(
            element.locationOf("name"), "the extension '" + name.get() + "' stands twice");
      }
      for (SmtpExtension extension : make(element)) {
        try {
          checkUnique(extension, element);
          extensions.add(extension);
        } catch (RuntimeException | LinkageError e) {
          problems.error(
              element.location(),
              "SMTP extension " + name.orElse("") + " can't be used: "
                  + PluginContext.className(extension) + " fails: " + e);
        }
      }
    }
    return List.copyOf(extensions);
  }

  private List<SmtpExtension> make(ConfigElement element) {
    Optional<List<SmtpExtension>> made = FactoryChoice.read(
            element, "name", plugins.extensions(), SmtpExtensionFactory::settings, problems)
        .flatMap(choice -> choice.make(
            (factory, settings) -> factory.create(settings, services),
            "SMTP extension " + choice.factory().name(),
            problems));
    return made.orElse(List.of()).stream()
        .map(extension -> PluginContext.wrap(SmtpExtension.class, extension))
        .toList();
  }

  /** On one listener, a verb and a parameter can have one meaning only. */
  private void checkUnique(SmtpExtension extension, ConfigElement element) {
    List<String> words = new ArrayList<>();
    extension.verbs().stream().map(SmtpVerb::name).forEach(verb -> words.add("verb " + verb));
    extension.parameters().stream().map(ExtensionReader::words).forEach(words::add);
    for (SmtpService service : extension.offeredOn()) {
      for (String word : words) {
        String other = owners.putIfAbsent(service + " " + word, extension.name());
        if (other != null) {
          problems.error(
              element.location(),
              "SMTP extension " + extension.name() + " brings the " + word + " to "
                  + service.protocol() + ", which " + other + " brings already");
        }
      }
    }
  }

  private static String words(SmtpParameter parameter) {
    return switch (parameter) {
      case SmtpParameter.OfMail mail -> "MAIL parameter " + mail.keyword();
      case SmtpParameter.OfRcpt rcpt -> "RCPT parameter " + rcpt.keyword();
    };
  }
}
