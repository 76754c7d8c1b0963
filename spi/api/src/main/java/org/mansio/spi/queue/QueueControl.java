package org.mansio.spi.queue;

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

  /** Lets held entries go on at once. @return how many */
  long release(QueueFilter filter);

  /** Removes entries for good, without a DSN. @return how many */
  long remove(QueueFilter filter);

  /** Makes deferred entries due now, and forgets the back-off of their lanes. @return how many */
  long retry(QueueFilter filter);

  /**
   * Counts and ages in one state.
   *
   * @param oldestArrival of the oldest mail; empty when there is none
   */
  record StateCount(
      QueueEntry.State state, long count, Optional<java.time.Instant> oldestArrival) {}

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
      long held,
      Optional<String> lastError,
      Optional<java.time.Instant> backOffUntil) {}
}
