package org.mansio.mailets.standard.header;

import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.SettingSchema;

/** Writes down whom a mail is delivered to. */
public final class AddDeliveredToHeader implements Mailet {
  private AddDeliveredToHeader() {}

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "AddDeliveredToHeader",
        "Puts a Delivered-To field with the recipient on top. A mail with several recipients is left alone: each would"
            + " learn of the others, who may have been in Bcc.",
        SettingSchema.none(),
        (settings, services) -> new AddDeliveredToHeader());
  }

  @Override
  public Outcome service(Mail mail) {
    if (mail.recipients().size() == 1) {
      String recipient = mail.recipients().getFirst().address().toString();
      mail.setMessage(mail.message().prepend(HeaderField.of("Delivered-To", recipient)));
    }
    return Outcome.next();
  }
}
