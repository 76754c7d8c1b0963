package org.mansio.protocols.smtpclient;

import java.util.Map;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;

/**
 * How a mail goes to one peer.
 *
 * @param content as it is sent, converted where the peer needs that
 * @param body what its octets are, as declared to the peer
 * @param smtpUtf8 whether it needs the SMTPUTF8 parameter
 * @param failures by recipient: who can't be reached over this peer, and why
 */
record Fit(
    Content content, BodyType body, boolean smtpUtf8, Map<Recipient, RecipientResult> failures) {
  Fit {
    failures = Map.copyOf(failures);
  }
}
