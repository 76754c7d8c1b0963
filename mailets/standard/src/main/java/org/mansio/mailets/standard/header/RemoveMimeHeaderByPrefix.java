package org.mansio.mailets.standard.header;

import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Removes header fields by the start of their names. */
public final class RemoveMimeHeaderByPrefix implements Mailet {
  private static final Setting<String> PREFIX = Setting.text(
          "prefix", "Start of the names of the header fields to remove; case doesn't matter.")
      .mandatory();

  private final String prefix;

  private RemoveMimeHeaderByPrefix(Settings settings) {
    prefix = settings.get(PREFIX);
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "RemoveMimeHeaderByPrefix",
        "Removes all header fields whose name starts with the given text.",
        SettingSchema.of(PREFIX),
        (settings, services) -> new RemoveMimeHeaderByPrefix(settings));
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    Headers headers = mail.message().headers();
    Headers edited = headers.removePrefix(prefix);
    if (edited.fields().size() < headers.fields().size()) {
      mail.setMessage(mail.message().withHeaders(edited));
    }
    return Outcome.next();
  }
}
