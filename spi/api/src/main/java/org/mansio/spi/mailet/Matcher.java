package org.mansio.spi.mailet;

import java.util.Collection;
import org.mansio.spi.mail.Recipient;

/**
 * Picks recipients of a mail. One instance serves all mails at once, on many threads. It changes nothing, inside the mail or
 * outside, and so runs in simulations too: what it does to the mail is taken back. Blocking is fine (the thread is virtual),
 * but every outside call needs a time-out. It is never closed; what has to be, such as a pool of connections, belongs to a
 * background service of the plugin.
 */
@FunctionalInterface
public interface Matcher {
  /**
   * The recipients that match: all of them for a condition on the mail as a whole, some, or none. The mail splits when it
   * is only some.
   *
   * @return some of {@link Mail#recipients}, as they are there; others, and changed ones, count for nothing
   *
   * @throws TemporaryFailure when the answer may be had later; the mail waits
   * @throws Exception any other failure: {@code onMatchException} of the chain decides
   */
  Collection<Recipient> match(Mail mail) throws Exception;
}
