package org.mansio.queue.record;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;

/**
 * What a server answers a {@link Question}: of all this what the topic asks for.
 *
 * @param number of entries, or 1 for yes
 * @param next the place behind which there may be more entries; empty when there are none
 */
public record Answer(
    long number,
    List<QueueControl.StateCount> counts,
    List<QueueControl.LaneStatus> lanes,
    List<Placed> entries,
    Optional<String> next,
    List<QueueControl.WaitingMail> waiting) {
  /** Nothing. */
  public static final Answer NONE =
      new Answer(0, List.of(), List.of(), List.of(), Optional.empty(), List.of());

  /**
   * An entry of a page.
   *
   * @param place where it stands among all
   */
  public record Placed(String place, QueueEntry entry) {}

  public static Answer of(long number) {
    return new Answer(number, List.of(), List.of(), List.of(), Optional.empty(), List.of());
  }

  public static Answer ofCounts(List<QueueControl.StateCount> counts) {
    return new Answer(0, counts, List.of(), List.of(), Optional.empty(), List.of());
  }

  public static Answer ofLanes(List<QueueControl.LaneStatus> lanes) {
    return new Answer(0, List.of(), lanes, List.of(), Optional.empty(), List.of());
  }

  public static Answer ofEntries(List<Placed> entries, Optional<String> next) {
    return new Answer(0, List.of(), List.of(), entries, next, List.of());
  }

  public static Answer ofWaiting(List<QueueControl.WaitingMail> waiting) {
    return new Answer(0, List.of(), List.of(), List.of(), Optional.empty(), waiting);
  }
}
