package org.mansio.server.admin;

import java.util.List;

/**
 * Mail at rest. Thread-safe. Which entries are meant is said by conditions, {@code name=value} with blanks between; they
 * combine by and, and none at all means all. A value with blanks stands in double quotes, with a backslash before a quote
 * or backslash in it:
 *
 * <ul>
 *   <li>{@code id}: a queue id
 *   <li>{@code state}: {@code spool, ready, active, deferred, waiting} or {@code held}
 *   <li>{@code destination}: a lane such as {@code remote:example.org}, or its destination alone
 *   <li>{@code sender}: part of the sender's address; {@code <>} is the null sender
 *   <li>{@code recipient}: part of a recipient's address
 *   <li>{@code older-than, younger-than}: the time since its arrival, such as {@code 4h}
 *   <li>{@code error}: part of the last error, or of the name of the host that gave it
 *   <li>{@code min-size, max-size}: octets, such as {@code 64K}
 * </ul>
 *
 * <p>{@link #preview} with the same conditions tells beforehand how many entries an operation would touch. Operations work
 * in batches, so that the server goes on meanwhile; they leave alone what is under way at the moment.
 */
public interface QueueMXBean {
  /** The most entries of one page. */
  int MAX_PAGE = 1000;

  /** How full the queue is, whether it takes mail, and what of it can't be read. */
  QueueStatus status();

  /**
   * Gives up what can't be read and is kept aside: it is deleted, with the bodies that were kept for it.
   *
   * @return how many pieces of it there were
   */
  long forgetDamaged();

  /** Counts and ages per state; at once, at any depth. */
  List<QueueState> states();

  /** Counts and ages per destination, busiest first, and what is paused. */
  List<QueueLane> destinations();

  /**
   * Entries, oldest first, in pages, so that neither side ever holds the whole queue.
   *
   * @param after {@link QueuePage#next} of the page before; empty for the first
   * @param limit 1 to {@value #MAX_PAGE} entries
   */
  QueuePage list(String conditions, String after, int limit);

  /** All entries of a mail, one for each destination; empty when there is none. */
  List<QueueItem> show(String id);

  long count(String conditions);

  /** @param operation one of {@code hold, release, retry, remove, bounce, move} */
  long preview(String operation, String conditions);

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
  long hold(String conditions);

  /** Lets held entries go on. @return how many */
  long release(String conditions);

  /** Removes entries for good; nobody is told. @return how many */
  long remove(String conditions);

  /** Gives entries up; their senders are told the reason, where they want to know. @return how many */
  long bounce(String conditions, String reason);

  /** Sends entries over another lane, {@code transport:destination}. @return how many */
  long move(String conditions, String lane);

  /** Makes deferred entries due now. @return how many */
  long retry(String conditions);

  /** Lets no attempt begin for a destination or lane, also after a restart. @return false when it was so already */
  boolean pause(String destination);

  /** Ends a pause. @return false when there was none */
  boolean resume(String destination);
}
