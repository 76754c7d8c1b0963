package org.mansio.protocols.core;

import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/** The port of a listener. */
public sealed interface ListenPort {
  /** {@code 0}: the listener is switched off. */
  record Off() implements ListenPort {}

  /** {@code auto}: one that the system chooses, as tests want it. */
  record Auto() implements ListenPort {}

  /** @param number 1 to 65535 */
  record Fixed(int number) implements ListenPort {}

  /** A setting named {@code port}. @param standard the protocol's own port */
  static Setting<ListenPort> setting(int standard) {
    return Setting.of(
            "port",
            new Setting.Type<>("0 to 65535, or auto", Setting.Kind.PLAIN, ListenPort::parse),
            "The TCP port. 0 switches the listener off; auto lets the system choose a free port.")
        .defaultsTo(Integer.toString(standard));
  }

  /** @throws InvalidSettingException when the text isn't a port, 0 or {@code auto} */
  static ListenPort parse(String text) throws InvalidSettingException {
    if (text.equalsIgnoreCase("auto")) {
      return new Auto();
    }
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new InvalidSettingException("'" + text + "' isn't a port from 0 to 65535, or auto");
    }
    int number = Integer.parseInt(text);
    return number == 0 ? new Off() : new Fixed(number);
  }
}
