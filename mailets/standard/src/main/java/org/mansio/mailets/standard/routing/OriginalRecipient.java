package org.mansio.mailets.standard.routing;

import java.util.Optional;
import org.mansio.mailets.standard.mime.Xtext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;

/** Keeps the address that the sender wrote, in the form of the ORCPT parameter (RFC 3461 §4.2). */
final class OriginalRecipient {
  private OriginalRecipient() {}

  /** The recipient with its ORCPT as received, or made from its address when there was none (RFC 3461 §5.2.1). */
  static Recipient keep(Recipient recipient) {
    return recipient.originalRecipient().isPresent()
        ? recipient
        : new Recipient(
            recipient.address(),
            recipient.notifyOn(),
            Optional.of(of(recipient.address())),
            recipient.status());
  }

  private static String of(MailAddress address) {
    // RFC 6533 §3: an address beyond ASCII has a type and an encoding of its own.
    return address.isInternational()
        ? "utf-8;" + Xtext.encodeUnicode(address.toString())
        : "rfc822;" + Xtext.encode(address.toString());
  }
}
