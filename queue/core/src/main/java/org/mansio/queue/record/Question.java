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
 * @param record encoded, of the entry that is meant; empty where none is
 */
public record Question(
    Topic topic,
    QueueFilter filter,
    String text,
    boolean flag,
    Optional<String> after,
    int limit,
    byte[] record) {
  private static final byte[] NO_RECORD = {};

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
    WAITING,
    /** A page of entries with all that is kept of them. */
    KEPT,
    /** Offers the mail of the domains in {@code text}, after the drain's id, to who asks: by {@link #OFFER}. */
    DRAIN,
    /** What is left for the domains in {@code text}. */
    LEFT,
    /** Hands the mail of a record over on the connection of the drain with the id in {@code text}. */
    OFFER
  }

  /** A page, of whatever the topic says. */
  public static Question page(Topic topic, QueueFilter filter, Optional<String> after, int limit) {
    return new Question(topic, filter, "", false, after, limit, NO_RECORD);
  }

  public static Question start(String domain, boolean subdomains) {
    return new Question(
        Topic.START, QueueFilter.all(), domain, subdomains, Optional.empty(), 1, NO_RECORD);
  }

  public static Question offer(String drain, byte[] record) {
    return new Question(Topic.OFFER, QueueFilter.all(), drain, false, Optional.empty(), 1, record);
  }

  public static Question about(Topic topic, QueueFilter filter) {
    return about(topic, filter, "");
  }

  public static Question about(Topic topic, QueueFilter filter, String text) {
    return new Question(topic, filter, text, false, Optional.empty(), 1, NO_RECORD);
  }
}
