package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/**
 * When a delivery is tried again, when its sender hears that it takes long, and when it is given up (RFC 5321 §4.5.4.1: at
 * least 30 minutes between attempts in the long run, give up after 4 to 5 days).
 *
 * @param delays after the first, second, … attempt; the last one repeats
 * @param maxAge when a mail is given up, counted from its arrival or release
 * @param warnings the ages at which the sender is told; empty for never
 */
public record RetrySchedule(List<Duration> delays, Duration maxAge, List<Duration> warnings) {
  /** The setting's type: delays as {@code 5m}, or several equal ones as {@code 3*10m}. */
  public static final Setting.Type<List<Duration>> STEP =
      new Setting.Type<>("delay, or count*delay", Setting.Kind.PLAIN, RetrySchedule::parseStep);

  /** The type of a setting for an age at which the sender is told; {@code off} and 0 are none. */
  public static final Setting.Type<List<Duration>> WARNING =
      new Setting.Type<>("duration, or off", Setting.Kind.PLAIN, RetrySchedule::parseWarning);

  /** Equal delays in one step at most; more of them are the same as the last one, which repeats. */
  private static final int MAX_COUNT = 1000;

  private static final Setting<Duration> DELAY = Setting.duration("delay", "One delay.");

  public RetrySchedule {
    delays = List.copyOf(delays);
    warnings = List.copyOf(warnings);
    if (delays.isEmpty()) {
      throw new IllegalArgumentException("a retry schedule has at least one delay");
    }
  }

  /**
   * When to try next: the delay after the last attempt, or up to a fifth more, so that mails that were deferred together don't
   * come back together.
   *
   * @param attempts made so far, at least 1
   * @param whose mail and destination it is, which decides how much more
   * @return empty when the mail is to be given up, which is when it would be too old by then
   */
  Optional<Instant> next(int attempts, Terms terms, Instant now, Object whose) {
    Duration delay = delays.get(Math.clamp(attempts - 1L, 0, delays.size() - 1));
    Instant due = now.plus(Spread.longer(delay, whose, attempts));
    Instant end = end(terms);
    if (!due.isAfter(end)) {
      return Optional.of(due);
    }
    // The last attempt is made when the time is over, not up to one delay before.
    return now.isBefore(end) ? Optional.of(end) : Optional.empty();
  }

  /** The longest wait between two attempts. */
  Duration longest() {
    Duration longest = Collections.max(delays);
    return longest.plus(Duration.ofMillis((long) (longest.toMillis() * Spread.WIDTH)));
  }

  /** When a mail is given up. */
  Instant end(Terms terms) {
    Instant end = terms.since().plus(maxAge);
    return terms.returnAt().filter(time -> time.isBefore(end)).orElse(end);
  }

  /** Whether a mail is given up by now. */
  boolean isOver(Terms terms, Instant now) {
    return !now.isBefore(end(terms));
  }

  /**
   * When the sender is to hear that the mail takes long.
   *
   * @param warned the moment of the last warning; empty when there was none
   * @return the first moment after it; empty when there is no further one before the mail is given up
   */
  Optional<Instant> nextWarning(Terms terms, Optional<Instant> warned) {
    Optional<Instant> first = Optional.empty();
    for (Instant moment : moments(terms, warned)) {
      if (first.isEmpty() || moment.isBefore(first.get())) {
        first = Optional.of(moment);
      }
    }
    return first;
  }

  /** What the sender is to hear by now. Of several moments that have passed, the last one stands for all. */
  Optional<DelayWarning> warning(Terms terms, Optional<Instant> warned, Instant now) {
    List<Instant> passed =
        moments(terms, warned).stream().filter(moment -> !moment.isAfter(now)).toList();
    return passed.stream()
        .max(Comparator.naturalOrder())
        .map(last -> new DelayWarning(last, terms.notifyAt().filter(passed::contains), end(terms)));
  }

  /** Asked for each time that an entry comes to rest. */
  private List<Instant> moments(Terms terms, Optional<Instant> warned) {
    if (!terms.warns()) {
      return List.of();
    }
    List<Instant> moments = new ArrayList<>(warnings.size() + 1);
    for (Duration warning : warnings) {
      moments.add(terms.since().plus(warning));
    }
    terms.notifyAt().ifPresent(moments::add);
    Instant end = end(terms);
    moments.removeIf(
        moment -> !moment.isBefore(end) || warned.isPresent() && !moment.isAfter(warned.get()));
    return moments;
  }

  private static List<Duration> parseWarning(String text) throws InvalidSettingException {
    if (text.equalsIgnoreCase("off")) {
      return List.of();
    }
    Duration age = DELAY.type().parser().parse(text);
    return age.isZero() ? List.of() : List.of(age);
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
