package org.mansio.queue.outgoing;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The lanes that may start an attempt, in the order of their turns: who came first, as {@link Precedence} sees it. Lanes with
 * nothing under way stand in a line of their own, which alternates with the other and has the last places to itself. Guarded
 * by the scheduler's lock.
 */
final class LaneTurns {
  private final TreeSet<Lane> idle = line();
  private final TreeSet<Lane> busy = line();
  private long count;
  private boolean idleTurn;

  private static TreeSet<Lane> line() {
    return new TreeSet<>(
        Comparator.comparingLong((Lane lane) -> lane.rank).thenComparingLong(lane -> lane.turn));
  }

  /** Lets a lane line up, or keeps it where it stands, except that more urgent mail brings it forward. */
  void join(Lane lane, long now) {
    boolean stands = leave(lane);
    if (!stands) {
      lane.joined = now;
      lane.turn = ++count;
    }
    Entry first = lane.ready.first();
    int priority = Precedence.aged(first.terms.priority(), now - first.readySince);
    lane.rank = Precedence.rank(lane.joined, priority);
    (lane.active == 0 ? idle : busy).add(lane);
  }

  /** @return whether it stood in line */
  boolean leave(Lane lane) {
    return idle.remove(lane) || busy.remove(lane);
  }

  /**
   * Whose turn it is; it leaves the line.
   *
   * @param reserved whether only lanes with nothing under way may start now
   */
  Optional<Lane> next(boolean reserved) {
    idleTurn = !idleTurn;
    if (!idle.isEmpty() && (idleTurn || reserved || busy.isEmpty())) {
      return Optional.of(idle.removeFirst());
    }
    return reserved || busy.isEmpty() ? Optional.empty() : Optional.of(busy.removeFirst());
  }
}
