package org.mansio.mailets.antispam.milter;

import org.mansio.spi.Services;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;

/** Makes the hook {@code Milter}; several milters are several hooks, and each sees what the former made of a mail. */
public final class MilterHookFactory implements SmtpHookFactory {
  static final String NAME = "Milter";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Shows sessions and mails to a milter, such as rspamd, OpenDKIM or clamav-milter, and does what it says: refuses,"
        + " discards, changes, marks for quarantine. For several milters it stands several times.";
  }

  @Override
  public SettingSchema settings() {
    return MilterOptions.SCHEMA;
  }

  @Override
  public SmtpHook create(Settings settings, Services services) {
    return new MilterHook(MilterOptions.of(settings), services);
  }
}
