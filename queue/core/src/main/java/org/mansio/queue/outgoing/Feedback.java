package org.mansio.queue.outgoing;

import java.util.Set;
import java.util.regex.Pattern;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;

/** What an attempt says about its destination as a whole. */
enum Feedback {
  /** It took mail: it may well take more at once. */
  TAKEN,
  /** It answered for this mail, which says nothing about others. */
  ANSWERED,
  /** It has enough of us for now. */
  CONGESTED,
  /** It couldn't be reached. */
  DOWN;

  /** RFC 5321 §3.8, §4.2.3: 421, the host closes the connection; what many say to one connection too many. */
  private static final Pattern CLOSING = Pattern.compile("(?:^|: )421(?:[ -]|$)");

  /**
   * RFC 3463 §3.4, §3.5: X.3.2, system not accepting network messages; X.4.5, mail system congestion. The
   * registry of RFC 5248: X.7.28, mail flood detected.
   */
  private static final Set<EnhancedStatus> ENOUGH =
      Set.of(new EnhancedStatus(4, 3, 2), new EnhancedStatus(4, 4, 5), new EnhancedStatus(4, 7, 28));

  static Feedback of(DeliveryReport report) {
    boolean taken = false;
    for (RecipientResult result : report.results().values()) {
      if (result instanceof RecipientResult.Deferred deferred && isCongested(deferred)) {
        return CONGESTED;
      }
      taken |= result instanceof RecipientResult.Delivered;
    }
    if (report.laneDown()) {
      return DOWN;
    }
    return taken ? TAKEN : ANSWERED;
  }

  /** Only a host can say so; what we decided ourselves is no word of the destination. */
  private static boolean isCongested(RecipientResult.Deferred deferred) {
    return deferred.remoteMta().isPresent()
        && (ENOUGH.contains(deferred.status())
            || CLOSING.matcher(deferred.diagnostic()).find());
  }
}
