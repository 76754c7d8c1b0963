package org.mansio.mailets.standard.state;

import java.util.Map;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Sets attributes of the mail. */
public final class SetMailAttribute implements Mailet {
  private final Map<String, String> values;

  private SetMailAttribute(Settings settings) throws InvalidSettingException {
    Map<String, String> texts = new java.util.LinkedHashMap<>();
    settings.others().forEach((name, all) -> texts.put(name, all.getLast()));
    values = java.util.Collections.unmodifiableMap(texts);
    if (values.isEmpty()) {
      throw new InvalidSettingException("no attribute is set: write <name>value</name>");
    }
    for (String name : values.keySet()) {
      ReservedNames.check(name);
    }
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "SetMailAttribute",
        "Sets attributes of the mail: each setting is an attribute's name and its text. Names that start with"
            + " 'mansio.' belong to the server.",
        SettingSchema.openWith(),
        (settings, services) -> new SetMailAttribute(settings));
  }

  @Override
  public Outcome service(Mail mail) {
    Attributes attributes = mail.attributes();
    for (Map.Entry<String, String> value : values.entrySet()) {
      attributes = attributes.with(value.getKey(), value.getValue());
    }
    mail.setAttributes(attributes);
    return Outcome.next();
  }
}
