package com.example.stamp;

import org.mansio.spi.Services;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** The mailet {@code Stamp} and its one setting. */
final class StampFactory implements MailetFactory {
  static final Setting<String> TEXT =
      Setting.text("text", "What the stamp says.").defaultsTo("seen");

  @Override
  public String name() {
    return "Stamp";
  }

  @Override
  public String description() {
    return "Puts the header X-Stamp on every mail.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(TEXT);
  }

  @Override
  public Mailet create(Settings settings, Services services) {
    return new Stamp(settings.get(TEXT));
  }
}
