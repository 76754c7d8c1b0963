package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/**
 * When a delivery is tried again (RFC 5321 §4.5.4.1: at least 30 minutes in the long run, give up after 4 to 5 days).
 *
 * @param delays after the first, second, … attempt; the last one repeats
 * @param maxAge how long after its arrival a mail is given up
 */
public record RetrySchedule(List<Duration> delays, Duration maxAge) {
  /** The setting's type: delays as {@code 5m}, or several equal ones as {@code 3*10m}. */
  public static final Setting.Type<List<Duration>> STEP =
      new Setting.Type<>("delay, or count*delay", Setting.Kind.PLAIN, RetrySchedule::parseStep);

  /** Equal delays in one step at most; more of them are the same as the last one, which repeats. */
  private static final int MAX_COUNT = 1000;

  private static final Setting<Duration> DELAY = Setting.duration("delay", "One delay.");

  public RetrySchedule {
    delays = List.copyOf(delays);
    if (delays.isEmpty()) {
      throw new IllegalArgumentException("a retry schedule has at least one delay");
    }
  }

  /**
   * When to try next.
   *
   * @param attempts made so far, at least 1
   * @return empty when the mail is to be given up, which is when it would be too old by then
   */
  public Optional<Instant> next(int attempts, Instant arrival, Instant now) {
    Instant due = now.plus(delays.get(Math.clamp(attempts - 1L, 0, delays.size() - 1)));
    Instant end = arrival.plus(maxAge);
    if (!due.isAfter(end)) {
      return Optional.of(due);
    }
    // The last attempt is made when the time is over, not up to one delay before.
    return now.isBefore(end) ? Optional.of(end) : Optional.empty();
  }

  /** Whether a mail of that age is given up. */
  public boolean isOver(Instant arrival, Instant now) {
    return !now.isBefore(arrival.plus(maxAge));
  }

  private static List<Duration> parseStep(String text) throws InvalidSettingException {
    int star = text.indexOf('*');
    long count = 1;
    if (star >= 0) {
      count = Setting.number("count", "How many.", 1, MAX_COUNT)
          .type()
          .parser()
          .parse(text.substring(0, star).strip());
    }
    Duration delay = DELAY.type().parser().parse(text.substring(star + 1).strip());
    if (delay.isZero()) {
      throw new InvalidSettingException("a delay between attempts must be longer than 0");
    }
    List<Duration> result = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      result.add(delay);
    }
    return result;
  }
}
