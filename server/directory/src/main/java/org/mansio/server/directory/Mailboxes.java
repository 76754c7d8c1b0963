package org.mansio.server.directory;

import java.text.Normalizer;
import java.util.Locale;
import org.mansio.spi.mail.MailAddress;

/** The one form of a mailbox's name under which it is stored and looked up. */
final class Mailboxes {
  private Mailboxes() {}

  /** Local part in Unicode's NFC and lower case; the domain is lower-case A-labels already. */
  static MailAddress canonical(MailAddress address) {
    String local =
        Normalizer.normalize(address.localPart(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    return new MailAddress(local, address.domain().toLowerCase(Locale.ROOT));
  }
}
