package org.mansio.mailets.standard.header;

import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Adds a header field, or replaces all of its name. */
public final class SetMimeHeader implements Mailet {
  private static final Setting<String> NAME =
      Setting.text("name", "Name of the header field.").mandatory();
  private static final Setting<String> VALUE = Setting.text(
          "value", "Its value; characters beyond ASCII are encoded (RFC 2047).")
      .mandatory();
  private static final Setting<Boolean> REPLACE = Setting.flag(
          "replace",
          "Whether fields of that name that are there already go; when false, the new one is put on top.")
      .defaultsTo("false");

  private final HeaderField field;
  private final boolean replace;

  private SetMimeHeader(Settings settings) throws InvalidSettingException {
    field = EncodedWords.configuredField(settings.get(NAME), settings.get(VALUE));
    replace = settings.get(REPLACE);
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "SetMimeHeader",
        "Adds a header field on top of the message, or replaces those of its name.",
        SettingSchema.of(NAME, VALUE, REPLACE),
        (settings, services) -> new SetMimeHeader(settings));
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    Message message = mail.message();
    mail.setMessage(
        replace && message.headers().contains(field.name())
            ? message.withHeaders(message.headers().set(field))
            : message.prepend(field));
    return Outcome.next();
  }
}
