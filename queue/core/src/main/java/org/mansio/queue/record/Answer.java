package org.mansio.queue.record;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;

/**
 * What a server answers a {@link Question}: of all this what the topic asks for.
 *
 * @param number of entries, or 1 for yes
 * @param next the place behind which there may be more entries; empty when there are none
 * @param kept entries as their records are
 * @param report what an attempt did; empty when none was made
 */
public record Answer(
    long number,
    List<QueueControl.StateCount> counts,
    List<QueueControl.LaneStatus> lanes,
    List<Placed> entries,
    Optional<String> next,
    List<QueueControl.WaitingMail> waiting,
    List<Kept> kept,
    Optional<DeliveryReport> report) {
  /** Nothing. */
  public static final Answer NONE = new Answer(
      0, List.of(), List.of(), List.of(), Optional.empty(), List.of(), List.of(), Optional.empty());

  /**
   * An entry of a page.
   *
   * @param place where it stands among all
   */
  public record Placed(String place, QueueEntry entry) {}

  /**
   * An entry with all that is kept of it.
   *
   * @param place where it stands among all
   * @param record encoded; its body lies where all servers reach it
   */
  public record Kept(String place, byte[] record) {}

  public static Answer of(long number) {
    return new Answer(
        number,
        NONE.counts,
        NONE.lanes,
        NONE.entries,
        NONE.next,
        NONE.waiting,
        NONE.kept,
        NONE.report);
  }

  public static Answer ofCounts(List<QueueControl.StateCount> counts) {
    return new Answer(
        0, counts, NONE.lanes, NONE.entries, NONE.next, NONE.waiting, NONE.kept, NONE.report);
  }

  public static Answer ofLanes(List<QueueControl.LaneStatus> lanes) {
    return new Answer(
        0, NONE.counts, lanes, NONE.entries, NONE.next, NONE.waiting, NONE.kept, NONE.report);
  }

  public static Answer ofEntries(List<Placed> entries, Optional<String> next) {
    return new Answer(
        0, NONE.counts, NONE.lanes, entries, next, NONE.waiting, NONE.kept, NONE.report);
  }

  public static Answer ofWaiting(List<QueueControl.WaitingMail> waiting) {
    return new Answer(
        0, NONE.counts, NONE.lanes, NONE.entries, NONE.next, waiting, NONE.kept, NONE.report);
  }

  public static Answer ofKept(List<Kept> kept, Optional<String> next) {
    return new Answer(
        0, NONE.counts, NONE.lanes, NONE.entries, next, NONE.waiting, kept, NONE.report);
  }

  public static Answer ofReport(DeliveryReport report) {
    return new Answer(
        1,
        NONE.counts,
        NONE.lanes,
        NONE.entries,
        NONE.next,
        NONE.waiting,
        NONE.kept,
        Optional.of(report));
  }
}
