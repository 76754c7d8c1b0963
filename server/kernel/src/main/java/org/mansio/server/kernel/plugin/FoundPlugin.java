package org.mansio.server.kernel.plugin;

import java.nio.file.Path;
import java.util.Optional;
import org.mansio.server.kernel.config.Location;
import org.mansio.spi.Plugin;

/**
 * An instantiated plugin and where it came from.
 *
 * @param directory empty for what the server ships
 */
record FoundPlugin(Plugin plugin, Optional<Path> directory) {
  /** For messages: the folder, or the class path. */
  Location location() {
    return Location.of(directory.map(Path::toString).orElse("class path"));
  }

  /** For messages: name and class. */
  String title() {
    return "plugin '" + plugin.name() + "' (" + plugin.getClass().getName() + ")";
  }
}
