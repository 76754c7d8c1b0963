package org.mansio.queue.outgoing;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Records that may lie in the spool twice, since it was in doubt whether the append that brought them had taken place, and
 * it was made again. The twin of one that was worked off is let go: otherwise whoever is told of a failure would be told
 * twice. When nobody knows what became of the one, the other is worked off: rather twice than never. Thread-safe.
 */
public final class SpoolTwins {
  /** So many records in doubt are remembered: those of several hundred attempts that ended while the log was away. */
  private static final int MAX = 10_000;

  private final Map<UUID, State> records = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<UUID, State> eldest) {
      return size() > MAX;
    }
  };

  private enum State {
    EXPECTED,
    IN_HAND,
    DONE
  }

  /** These are about to be appended, if need be more than once; before the first time, since they may be taken at once. */
  synchronized void expect(Collection<UUID> ids) {
    ids.forEach(id -> records.putIfAbsent(id, State.EXPECTED));
  }

  /** These were appended once for certain. */
  synchronized void forget(Collection<UUID> ids) {
    ids.forEach(records::remove);
  }

  /** Whether the record, or its twin, was worked off for certain: what comes now may be let go. */
  public synchronized boolean isDone(UUID id) {
    return records.get(id) == State.DONE;
  }

  /**
   * Takes a record in hand; {@link #settle} follows.
   *
   * @return false when it, or its twin, is in hand already, or done
   */
  public synchronized boolean claim(UUID id) {
    State state = records.get(id);
    if (state == State.EXPECTED) {
      records.put(id, State.IN_HAND);
    }
    return state == null || state == State.EXPECTED;
  }

  /** @param done whether the record has left the spool for certain */
  public synchronized void settle(UUID id, boolean done) {
    records.computeIfPresent(id, (key, state) -> done ? State.DONE : State.EXPECTED);
  }
}
