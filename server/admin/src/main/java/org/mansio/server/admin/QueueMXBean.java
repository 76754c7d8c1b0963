package org.mansio.server.admin;

import java.util.List;

/**
 * Mail at rest. Thread-safe. Conditions combine by and; an empty one means any:
 *
 * <ul>
 *   <li>{@code id}: a queue id
 *   <li>{@code state}: {@code spool, ready, active, deferred, waiting} or {@code held}
 *   <li>{@code destination}: a lane such as {@code remote:example.org}, or its destination alone
 *   <li>{@code sender}: part of the sender's address; {@code <>} is the null sender
 *   <li>{@code recipient}: part of a recipient's address
 * </ul>
 *
 * <p>{@link #count} with the same conditions tells beforehand how many entries an operation would touch.
 */
public interface QueueMXBean {
  /** The most entries of one page. */
  int MAX_PAGE = 1000;

  /** Counts per state; at once, at any depth. */
  List<QueueState> states();

  /** Counts per destination, busiest first. */
  List<QueueLane> destinations();

  /**
   * Entries, oldest first, in pages, so that neither side ever holds the whole queue.
   *
   * @param after {@link QueuePage#next} of the page before; empty for the first
   * @param limit 1 to {@value #MAX_PAGE} entries
   */
  QueuePage list(
      String id,
      String state,
      String destination,
      String sender,
      String recipient,
      String after,
      int limit);

  /** All entries of a mail, one for each destination; empty when there is none. */
  List<QueueItem> show(String id);

  long count(String id, String state, String destination, String sender, String recipient);

  /** The mail that waits for its destination to ask for it: of a domain, or of all when empty. */
  List<QueueWaiting> waiting(String domain);

  /**
   * Sends all that rests for a domain now, waiting and deferred, as if the domain had asked for it by ETRN.
   *
   * @param subdomains whether those of its subdomains are meant too
   * @return how many entries, those under way included
   */
  long start(String domain, boolean subdomains);

  /**
   * Tries all deferred mail of a destination now; of all destinations when empty. Mail that waits for a request is left
   * alone.
   *
   * @return how many entries
   */
  long flush(String destination);

  /** Keeps entries until released. @return how many */
  long hold(String id, String state, String destination, String sender, String recipient);

  /** Lets held entries go on. @return how many */
  long release(String id, String state, String destination, String sender, String recipient);

  /** Removes entries for good; nobody is told. @return how many */
  long remove(String id, String state, String destination, String sender, String recipient);

  /** Makes deferred entries due now. @return how many */
  long retry(String id, String state, String destination, String sender, String recipient);
}
