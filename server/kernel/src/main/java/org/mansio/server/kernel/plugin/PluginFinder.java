package org.mansio.server.kernel.plugin;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;

/** Finds and instantiates plugins. Used once, by one thread. */
final class PluginFinder {
  /** An end for a services file that fails at each line. */
  private static final int MAX_PROVIDERS = 1_000;

  private final ClassLoader application;
  private final Problems problems;
  private final List<FoundPlugin> found = new ArrayList<>();
  private final List<PluginClassLoader> loaders = new ArrayList<>();

  PluginFinder(ClassLoader application, Problems problems) {
    this.application = application;
    this.problems = problems;
  }

  List<FoundPlugin> found() {
    return List.copyOf(found);
  }

  /** To be closed when the server has stopped. */
  List<PluginClassLoader> loaders() {
    return List.copyOf(loaders);
  }

  /** What the server ships. */
  void findBuiltIn() {
    instantiate(application, Optional.empty());
  }

  /** One that exists already. */
  void take(Plugin plugin) {
    accept(new FoundPlugin(plugin, Optional.empty()));
  }

  /** One plugin, or several, in each folder below {@code plugins}; a missing folder means none. */
  void findBelow(Path plugins) {
    if (!Files.isDirectory(plugins)) {
      return;
    }
    try (Stream<Path> folders = Files.list(plugins)) {
      folders.filter(Files::isDirectory).sorted().forEach(this::findIn);
    } catch (IOException e) {
      problems.error(Location.of(plugins.toString()), "the plugin folder can't be read: " + e);
    }
  }

  private void findIn(Path directory) {
    Location location = Location.of(directory.toString());
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars =
          files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        problems.error(
            location,
            "the plugin folder holds no jar; put the plugin's jars here, or remove the folder");
        return;
      }
      PluginClassLoader loader = new PluginClassLoader(directory, urls(jars), application);
      loaders.add(loader);
      if (instantiate(loader, Optional.of(directory)) == 0) {
        problems.error(
            location,
            "no jar here names a plugin in META-INF/services/" + Plugin.class.getName()
                + "; rebuild the plugin with that file");
      }
    } catch (IOException e) {
      problems.error(location, "the plugin folder can't be read: " + e);
    }
  }

  private static URL[] urls(List<Path> jars) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /** How many providers were named, usable or not. */
  private int instantiate(ClassLoader loader, Optional<Path> directory) {
    Location location = Location.of(directory.map(Path::toString).orElse("class path"));
    int named = 0;
    var providers = ServiceLoader.load(Plugin.class, loader).stream().iterator();
    while (true) {
      String type = "plugin";
      try {
        if (!providers.hasNext()) {
          return named;
        }
        named++;
        ServiceLoader.Provider<Plugin> provider = providers.next();
        type = provider.type().getName();
        accept(new FoundPlugin(provider.get(), directory));
      } catch (ServiceConfigurationError | LinkageError e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        problems.error(
            location,
            "plugin class " + type + " can't be used: " + e.getMessage() + " (" + cause + ")");
        if (named > MAX_PROVIDERS) {
          return named;
        }
      }
    }
  }

  private void accept(FoundPlugin candidate) {
    try {
      int version = candidate.plugin().spiVersion();
      if (version > SpiVersion.CURRENT) {
        problems.error(
            candidate.location(),
            candidate.title() + " was built for SPI version " + version + ", this server has "
                + SpiVersion.CURRENT + "; update the server, or take an older plugin");
        return;
      }
      found.add(candidate);
    } catch (RuntimeException | LinkageError e) {
      problems.error(
          candidate.location(),
          "plugin class " + candidate.plugin().getClass().getName() + " can't be used: " + e);
    }
  }
}
