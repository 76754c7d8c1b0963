package org.mansio.spi.mailet;

import java.util.Collection;
import org.mansio.spi.mail.Recipient;

/** Picks recipients of a mail. One instance serves all mails at once; it changes nothing. */
@FunctionalInterface
public interface Matcher {
  /**
   * The recipients that match: all of them for a condition on the mail as a whole, some, or none. The mail splits when it
   * is only some.
   *
   * @throws TemporaryFailure when the answer may be had later; the mail waits
   * @throws Exception any other failure: {@code onMatchException} of the chain decides
   */
  Collection<Recipient> match(Mail mail) throws Exception;
}
