package org.mansio.mailets.delivery;

import java.util.Locale;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/** The setting {@code startTLS} of the deliveries. */
final class StartTls {
  private static final String VALUES = "off, opportunistic, required";
  private static final Setting.Type<TlsMode> TYPE =
      new Setting.Type<>("one of: " + VALUES, Setting.Kind.PLAIN, StartTls::parse);

  private StartTls() {}

  static Setting<TlsMode> setting(String defaultText) {
    return Setting.of(
            "startTLS",
            TYPE,
            "TLS by STARTTLS: off; opportunistic, where the host offers it and without where not; required, or no mail goes."
                + " true is opportunistic and false is off.")
        .defaultsTo(defaultText);
  }

  private static TlsMode parse(String text) throws InvalidSettingException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "off", "false" -> TlsMode.NONE;
      case "opportunistic", "true" -> TlsMode.OPPORTUNISTIC;
      case "required" -> TlsMode.REQUIRED;
      default -> throw new InvalidSettingException("'" + text + "' isn't one of: " + VALUES);
    };
  }
}
