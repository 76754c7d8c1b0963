package org.mansio.mailets.standard.header;

import java.util.List;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Removes header fields by name. */
public final class RemoveMimeHeader implements Mailet {
  private static final Setting<String> NAME = Setting.text(
          "name", "Names of the header fields to remove, separated by commas; case doesn't matter.")
      .mandatory()
      .repeated();

  private final List<String> names;

  private RemoveMimeHeader(Settings settings) {
    names = settings.all(NAME);
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "RemoveMimeHeader",
        "Removes all header fields of the given names.",
        SettingSchema.of(NAME),
        (settings, services) -> new RemoveMimeHeader(settings));
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    Headers headers = mail.message().headers();
    Headers edited = headers;
    for (String name : names) {
      edited = edited.remove(name);
    }
    if (edited.fields().size() < headers.fields().size()) {
      mail.setMessage(mail.message().withHeaders(edited));
    }
    return Outcome.next();
  }
}
