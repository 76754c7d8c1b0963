package org.mansio.spi.queue;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A mail at rest with all that the queue knows of it.
 *
 * @param mail with the recipients that are still open
 * @param route where it goes; empty when it waits for its place in the chain
 * @param held whether an operator keeps it
 * @param attempts made so far on the way there
 * @param due when the next one may be made
 * @param lastError of the last attempt, or why it waits; empty when there was none
 * @param warned the moment of the last delay warning that its sender was sent; empty when there was none
 */
public record QueuedMail(
    SpooledMail mail,
    Optional<Route> route,
    boolean held,
    int attempts,
    Instant due,
    Optional<String> lastError,
    Optional<Instant> warned) {
  public QueuedMail {
    Objects.requireNonNull(mail);
    Objects.requireNonNull(route);
    Objects.requireNonNull(due);
    Objects.requireNonNull(lastError);
    Objects.requireNonNull(warned);
  }
}
