package org.mansio.server.kernel.config;

import java.util.Objects;

/**
 * A place in a configuration file.
 *
 * @param file the file's path, as the operator finds it
 * @param line counts from 1; 0 when the file as a whole is meant
 * @param column counts characters from 1; 0 when the file as a whole is meant
 */
public record Location(String file, int line, int column) {
  public Location {
    Objects.requireNonNull(file);
  }

  /** The file as a whole, such as one that isn't there. */
  public static Location of(String file) {
    return new Location(file, 0, 0);
  }

  /** {@code file:line:column}, as editors and compilers write it. */
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
