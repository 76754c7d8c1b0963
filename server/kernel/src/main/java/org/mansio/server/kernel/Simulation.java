package org.mansio.server.kernel;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.trace.TraceEvent;

/**
 * What the chain would make of a mail.
 *
 * @param ways of the mail and its parts, then of the mails that its mailets would send and of those that come of them
 * @param missing recipients of the mail that no way ends with: they went on in the place of another, or were taken out
 * @param isComplete whether the mails sent were all followed
 */
public record Simulation(List<Way> ways, List<MailAddress> missing, boolean isComplete) {

  /**
   * The way of one part of a mail, from where the mail enters the chain.
   *
   * @param id of the part
   * @param parent the mail that it would be sent by; empty for the simulated mail and its parts
   * @param reversePath as on the wire
   * @param steps what the trace would tell, and which conditions didn't match
   * @param ends one for each recipient
   */
  public record Way(
      MailId id,
      Optional<MailId> parent,
      String reversePath,
      List<TraceEvent> steps,
      List<End> ends) {
    public Way {
      steps = List.copyOf(steps);
      ends = List.copyOf(ends);
    }
  }

  /**
   * Where a recipient would end.
   *
   * @param recipient as it is by then
   * @param original as it was in the envelope, as far as the mailets that rewrote it kept that
   * @param where the lane of a delivery; else the place in the chain as {@code processor/position/mailet}
   * @param status of what failed; empty otherwise
   * @param text one line
   */
  public record End(
      String recipient,
      String original,
      Kind kind,
      String where,
      Optional<EnhancedStatus> status,
      String text) {
    /** What kind of end. */
    public enum Kind {
      /** Handed to the outgoing queue. */
      DELIVERY,
      /** Its sender gets a report of the failure. */
      BOUNCE,
      /** Ended on purpose. */
      DROP,
      /** Something failed on it. */
      ERROR,
      /** It waits in the chain. */
      WAIT,
      /** At a mailet that simulations don't run. */
      UNKNOWN
    }
  }

  public Simulation {
    ways = List.copyOf(ways);
    missing = List.copyOf(missing);
  }
}
