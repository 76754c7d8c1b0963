package org.mansio.queue.outgoing;

import java.util.Optional;

/**
 * How fast mail may go to one destination.
 *
 * @param mails attempts begun; empty for no limit
 * @param recipients of those mails together
 * @param connections opened, where the transport can tell
 */
public record RateLimits(
    Optional<Rate> mails, Optional<Rate> recipients, Optional<Rate> connections) {
  public static final RateLimits NONE =
      new RateLimits(Optional.empty(), Optional.empty(), Optional.empty());
}
