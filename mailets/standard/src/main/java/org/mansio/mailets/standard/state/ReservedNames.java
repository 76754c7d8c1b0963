package org.mansio.mailets.standard.state;

import org.mansio.spi.settings.InvalidSettingException;

/** The attribute names that a chain can't write, since the server relies on them. */
final class ReservedNames {
  private static final String PREFIX = "mansio.";

  private ReservedNames() {}

  static void check(String name) throws InvalidSettingException {
    if (name.startsWith(PREFIX)) {
      throw new InvalidSettingException(
          "attribute '" + name + "' belongs to the server: choose a name without " + PREFIX);
    }
  }
}
