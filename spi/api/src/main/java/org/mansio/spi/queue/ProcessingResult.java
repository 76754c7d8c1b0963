package org.mansio.spi.queue;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What the chain made of one spooled mail. The queue makes all of it durable in the transaction that takes the mail out of
 * the spool.
 *
 * @param mails new mails for the spool
 * @param dispatches mails for the outgoing queue
 * @param postponed parts of the mail that wait in the chain
 */
public record ProcessingResult(
    List<SpooledMail> mails, List<Dispatch> dispatches, List<Postponed> postponed) {
  /**
   * A mail that goes back to its place in the chain later.
   *
   * @param delay at least so long
   * @param reason one line, shown in queue listings
   */
  public record Postponed(SpooledMail mail, Duration delay, String reason) {
    public Postponed {
      Objects.requireNonNull(mail);
      Objects.requireNonNull(delay);
      Objects.requireNonNull(reason);
    }
  }

  public ProcessingResult {
    mails = List.copyOf(mails);
    dispatches = List.copyOf(dispatches);
    postponed = List.copyOf(postponed);
  }
}
