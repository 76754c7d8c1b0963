package org.mansio.server.kernel.plugin;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A plugin as listed for the operator.
 *
 * @param version the plugin's own
 * @param spiVersion the version of the SPI it was compiled against
 * @param directory empty for what the server ships
 * @param contributions what it brings, each as {@code kind name}
 */
public record LoadedPlugin(
    String name,
    String version,
    int spiVersion,
    Optional<Path> directory,
    List<String> contributions) {
  public LoadedPlugin {
    contributions = List.copyOf(contributions);
  }
}
