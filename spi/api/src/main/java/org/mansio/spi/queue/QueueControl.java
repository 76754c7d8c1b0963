package org.mansio.spi.queue;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mansio.spi.mail.MailId;

/**
 * Operations on mail at rest, for people and for on-demand relay. All work on an index; none scans the whole queue to find
 * one destination. Thread-safe. What is being processed or delivered at the moment is left alone by hold, remove and retry.
 */
public interface QueueControl {
  /** Counts and ages per state; at once, at any depth. */
  List<StateCount> counts();

  /** Counts per lane, busiest first. */
  List<LaneStatus> destinations();

  /** Entries that fit, oldest first; to be closed. */
  Stream<QueueEntry> list(QueueFilter filter);

  /** All entries of a mail: one for each destination. */
  List<QueueEntry> show(MailId id);

  /** How many entries an operation with this filter would touch. */
  long count(QueueFilter filter);

  /** Keeps entries from being tried until released. @return how many */
  long hold(QueueFilter filter);

  /** Lets held entries go on: at once, unless they may not be released yet or wait for a request. @return how many */
  long release(QueueFilter filter);

  /** Removes entries for good, without a DSN. @return how many */
  long remove(QueueFilter filter);

  /**
   * Makes deferred entries due now, and forgets the back-off of their lanes. Those that may not be released yet (RFC 4865),
   * or wait for a request, are left alone.
   *
   * @return how many
   */
  long retry(QueueFilter filter);

  /**
   * Sends all that rests for a domain now over new connections, as ETRN asks (RFC 1985): entries that wait for a request
   * become due, deferred ones too, and the lanes' back-off is forgotten. Mail that arrives later waits as before; held
   * entries, and those that may not be released yet (RFC 4865), are left alone. Returns at once.
   *
   * @param domain lower case, A-labels
   * @param subdomains whether those of the domain's subdomains are meant too
   * @return how many entries that is, those under way included
   */
  long start(String domain, boolean subdomains);

  /**
   * Offers all that rests for some domains, one entry after the other, to a transport of the caller's own instead of the
   * lanes' own, as ATRN does over the customer's connection (RFC 2645). What it reports counts as for any attempt: results
   * become durable, DSNs are made. Ends when all entries that were there at the call have been offered, or the transport
   * reports its lane as down, or the queue closes; the rest stays as it was. Blocks; held entries, and those that may not be
   * released yet (RFC 4865), are left alone.
   *
   * @param domains lower case, A-labels
   * @throws InterruptedException when interrupted; what was certain by then is recorded
   */
  Drained drain(Collection<String> domains, Transport through) throws InterruptedException;

  /**
   * The mail that waits for its destination to ask for it, one for each lane with such mail, by domain; at once, at any
   * depth.
   *
   * @param domain just this one, lower case, A-labels; empty for all
   */
  List<WaitingMail> waiting(Optional<String> domain);

  /**
   * What a {@link #drain} did.
   *
   * @param offered entries that the transport was given
   * @param left entries for the domains that the next request would send: still at rest, or under way
   */
  record Drained(long offered, long left) {}

  /**
   * Mail of one lane that waits for a request.
   *
   * @param domain the destination
   * @param lane {@code transport:destination}
   * @param octets of the messages together
   * @param oldestArrival of the mail that came first
   */
  record WaitingMail(String domain, String lane, long count, long octets, Instant oldestArrival) {}

  /**
   * Counts and ages in one state.
   *
   * @param oldestArrival of the oldest mail; empty when there is none
   */
  record StateCount(QueueEntry.State state, long count, Optional<Instant> oldestArrival) {}

  /**
   * One lane.
   *
   * @param lane {@code transport:destination}
   * @param lastError of the last attempt that failed; empty when the last one didn't
   * @param backOffUntil when a dead destination is tried again; empty when it isn't backed off
   */
  record LaneStatus(
      String lane,
      long ready,
      long active,
      long deferred,
      long waiting,
      long held,
      Optional<String> lastError,
      Optional<Instant> backOffUntil) {}
}
