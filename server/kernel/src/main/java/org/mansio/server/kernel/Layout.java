package org.mansio.server.kernel;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The folders of an installation.
 *
 * @param configuration the XML files; read only
 * @param data all that must survive a restart; made at start
 * @param logs log files; made at start
 * @param plugins a folder for each plugin; needn't exist
 */
public record Layout(Path configuration, Path data, Path logs, Path plugins) {
  public Layout {
    Objects.requireNonNull(configuration);
    Objects.requireNonNull(data);
    Objects.requireNonNull(logs);
    Objects.requireNonNull(plugins);
  }

  /** The usual one: {@code conf/}, {@code data/}, {@code logs/}, {@code plugins/} side by side. */
  public static Layout below(Path home) {
    return new Layout(
        home.resolve("conf"), home.resolve("data"), home.resolve("logs"), home.resolve("plugins"));
  }
}
