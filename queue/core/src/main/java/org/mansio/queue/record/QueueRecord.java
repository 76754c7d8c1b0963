package org.mansio.queue.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/** One record of the durable log. The content of every mail in it is a {@code QueuedContent}. */
public sealed interface QueueRecord {
  /**
   * A mail that waits for the chain.
   *
   * @param id of the record; holds the mail's blob
   */
  record Spooled(UUID id, SpooledMail mail) implements QueueRecord {
    public Spooled {
      Objects.requireNonNull(id);
      Objects.requireNonNull(mail);
    }
  }

  /** Marks a place in the spool: whatever is behind it came after the start with this id. */
  record Mark(UUID id) implements QueueRecord {
    public Mark {
      Objects.requireNonNull(id);
    }
  }

  /** A record about an outgoing entry. Of several about one entry the one with the highest generation is true. */
  sealed interface OfEntry extends QueueRecord {
    /** The entry's id, the same in all generations; holds the mail's blob. */
    UUID id();

    /** Counts from 1. */
    int generation();
  }

  /**
   * An entry at rest.
   *
   * @param route where it goes; empty when it waits for its place in the chain
   * @param held whether an operator keeps it
   * @param attempts made so far
   * @param due when the next one may be made
   * @param lastError of the last attempt, or why it waits
   * @param warned the moment of the last delay warning that its sender was sent; empty when there was none
   * @param mail with the recipients that are still open
   */
  record Waiting(
      UUID id,
      int generation,
      Optional<Route> route,
      boolean held,
      int attempts,
      Instant due,
      Optional<String> lastError,
      Optional<Instant> warned,
      SpooledMail mail)
      implements OfEntry {
    public Waiting {
      Objects.requireNonNull(id);
      Objects.requireNonNull(route);
      Objects.requireNonNull(due);
      Objects.requireNonNull(lastError);
      Objects.requireNonNull(warned);
      Objects.requireNonNull(mail);
    }

    /** The first generation of an entry that nothing was done about yet. */
    public static Waiting first(
        UUID id, Optional<Route> route, Instant due, Optional<String> lastError, SpooledMail mail) {
      return new Waiting(id, 1, route, false, 0, due, lastError, Optional.empty(), mail);
    }

    public Waiting withMail(SpooledMail newMail) {
      return new Waiting(id, generation, route, held, attempts, due, lastError, warned, newMail);
    }
  }

  /** The entry is over: written in the transaction that does what ended it, so that a replay can't do it again. */
  record Ended(UUID id, int generation) implements OfEntry {
    public Ended {
      Objects.requireNonNull(id);
    }
  }
}
