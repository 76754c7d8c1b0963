package org.mansio.mailets.standard.routing;

import java.util.Locale;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.SettingSchema;

/** Writes local parts in lower case. */
public final class RecipientToLowerCase implements Mailet {
  private RecipientToLowerCase() {}

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "RecipientToLowerCase",
        "Writes the local parts of recipients in lower case. Match it with HostIsLocal: elsewhere case may matter"
            + " (RFC 5321 §2.4).",
        SettingSchema.none(),
        (settings, services) -> new RecipientToLowerCase());
  }

  @Override
  public Outcome service(Mail mail) {
    mail.setRecipients(
        mail.recipients().stream().map(RecipientToLowerCase::lower).distinct().toList());
    return Outcome.next();
  }

  private static Recipient lower(Recipient recipient) {
    MailAddress address = recipient.address();
    MailAddress lower = address.withLocalPart(address.localPart().toLowerCase(Locale.ROOT));
    // Some letters have more octets in lower case.
    return lower.fits() ? recipient.withAddress(lower) : recipient;
  }
}
