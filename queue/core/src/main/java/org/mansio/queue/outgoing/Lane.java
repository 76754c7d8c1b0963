package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.queue.Route;

/** What is known of one transport and destination. Guarded by the scheduler's lock. */
final class Lane {
  /** How much the newest duration counts in the mean. */
  private static final double NEWEST = 0.2;

  /** Back-off doubles so often at most; keeps the shift in range. */
  private static final int MAX_DOUBLINGS = 20;

  final String name;
  final String transport;
  final String destination;
  /** Entries that may be tried now, in the order in which they are. */
  final EntryHeap ready = EntryHeap.ofReady();
  /** Entries that wait for a request, oldest first. */
  final EntryHeap waiting = EntryHeap.ofWaiting();

  final LanePolicy policy;
  final ConcurrencyWindow window;
  final LanePace pace;

  /** Whether an operator lets no attempt begin. */
  boolean paused;

  long waitingOctets;
  int active;
  int deferred;
  int held;
  int failures;
  /** Whether what was asked for goes back to wait, since the destination couldn't be reached. */
  boolean recalled;
  /** Entries that know this lane, whatever they do, oldest first. */
  final EntriesByArrival members = new EntriesByArrival();

  double meanNanos;
  Optional<String> lastError = Optional.empty();

  @Nullable
  Instant backOffUntil;

  /** When the timer looks at it again, in milliseconds; {@link EntryAlarms#NONE} while it doesn't. */
  long alarm = EntryAlarms.NONE;

  /** When it was last found in use, or made; in milliseconds. */
  long seen;

  /** Its place among the lanes that may start an attempt, and since when it stands there, in milliseconds. */
  long joined;

  long rank;
  long turn;

  Instant straightAgain = Instant.MIN;
  Instant lastUsed = Instant.MIN;

  private Optional<Route> route;
  private Optional<String> sharedError = Optional.empty();

  /** @param now milliseconds */
  Lane(Route route, LanePolicy policy, long now) {
    this.route = Optional.of(route);
    this.policy = policy;
    this.window = new ConcurrencyWindow(policy.initialConcurrency());
    this.pace = LanePace.of(policy.rates(), now);
    this.seen = now;
    this.name = route.lane();
    this.transport = route.transport();
    this.destination = route.destination();
  }

  /** One object for the equal routes of its entries. */
  Optional<Route> share(Optional<Route> wanted) {
    if (!route.equals(wanted)) {
      route = wanted;
    }
    return route;
  }

  /** One object for the equal errors of entries that failed one after the other. */
  Optional<String> shareError(Optional<String> error) {
    if (!sharedError.equals(error)) {
      sharedError = error;
    }
    return sharedError;
  }

  /** Whether an operator means it: by its name, or by its destination alone; in any case. */
  boolean isMeantBy(String wanted) {
    return name.equalsIgnoreCase(wanted) || destination.equalsIgnoreCase(wanted);
  }

  boolean isBackedOff() {
    return backOffUntil != null;
  }

  /** Whether no attempt may begin now. */
  boolean rests() {
    return paused || isBackedOff();
  }

  /**
   * How many attempts it may have under way. After a back-off a single one finds out whether the destination is there again.
   *
   * @param most as configured
   */
  int limit(int most) {
    return failures > 0 ? 1 : window.size(most);
  }

  /** How long a mail that comes now would wait for its turn and be on its way. */
  Duration expectedTime(int most) {
    double turns = 1 + (double) ready.size() / limit(most);
    return Duration.ofNanos((long) (turns * meanNanos));
  }

  void took(Duration duration) {
    meanNanos =
        meanNanos == 0 ? duration.toNanos() : meanNanos + NEWEST * (duration.toNanos() - meanNanos);
  }

  /** How long it rests now; lanes that went down together don't come back together. */
  Duration backOff(Duration first, Duration longest) {
    Duration next = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
    return Spread.shorter(next.compareTo(longest) < 0 ? next : longest, name, failures);
  }

  /** Whether nothing is lost when it is forgotten: what it owes to its rate isn't. @param now milliseconds */
  boolean isIdle(long now) {
    return members.isEmpty() && active == 0 && backOffUntil == null && pace.readyAt(now) <= now;
  }

  @Override
  public String toString() {
    return name;
  }
}
