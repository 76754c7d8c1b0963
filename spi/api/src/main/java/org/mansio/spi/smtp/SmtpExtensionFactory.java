package org.mansio.spi.smtp;

import java.util.List;
import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes service extensions that {@code server.xml} lists in {@code <extensions>}; what isn't listed isn't offered. */
public interface SmtpExtensionFactory {
  /** What {@code name="…"} says, such as {@code on-demand}. */
  String name();

  String description();

  default SettingSchema settings() {
    return SettingSchema.none();
  }

  /**
   * The extensions, which live as long as the server. Several where one statement of settings serves several, such as verbs
   * for different {@linkplain SmtpExtension#offeredOn services}. Also called by {@code mansio check}.
   */
  List<SmtpExtension> create(Settings settings, Services services) throws InvalidSettingException;
}
