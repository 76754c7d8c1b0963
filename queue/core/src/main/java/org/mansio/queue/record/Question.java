package org.mansio.queue.record;

import java.util.Optional;
import org.mansio.spi.queue.QueueFilter;

/**
 * What one server asks the others that share its queue, of the entries that they hold.
 *
 * @param filter the entries that are meant; {@link QueueFilter#all} where it doesn't matter
 * @param text a lane, a destination, a domain, a reason or the name of an operation, as the topic has it
 * @param flag whether subdomains are meant
 * @param after the place behind which a page begins; empty for the first
 * @param limit of a page
 */
public record Question(
    Topic topic, QueueFilter filter, String text, boolean flag, Optional<String> after, int limit) {
  /** What is asked. */
  public enum Topic {
    COUNTS,
    DESTINATIONS,
    PAGE,
    COUNT,
    PREVIEW,
    HOLD,
    RELEASE,
    REMOVE,
    BOUNCE,
    MOVE,
    RETRY,
    PAUSE,
    RESUME,
    START,
    WAITING
  }

  public static Question about(Topic topic, QueueFilter filter) {
    return about(topic, filter, "");
  }

  public static Question about(Topic topic, QueueFilter filter, String text) {
    return new Question(topic, filter, text, false, Optional.empty(), 1);
  }
}
