package org.mansio.mailets.standard.state;

import java.util.List;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Removes attributes of the mail. */
public final class RemoveMailAttribute implements Mailet {
  private static final Setting<String> NAME = Setting.text(
          "name",
          "Names of the attributes to remove, separated by commas; those that aren't set don't matter.")
      .mandatory()
      .repeated();

  private final List<String> names;

  private RemoveMailAttribute(Settings settings) throws InvalidSettingException {
    names = settings.all(NAME);
    for (String name : names) {
      ReservedNames.check(name);
    }
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "RemoveMailAttribute",
        "Removes attributes of the mail.",
        SettingSchema.of(NAME),
        (settings, services) -> new RemoveMailAttribute(settings));
  }

  @Override
  public Outcome service(Mail mail) {
    Attributes attributes = mail.attributes();
    for (String name : names) {
      attributes = attributes.without(name);
    }
    mail.setAttributes(attributes);
    return Outcome.next();
  }
}
