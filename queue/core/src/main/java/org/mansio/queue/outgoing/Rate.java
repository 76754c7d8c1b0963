package org.mansio.queue.outgoing;

import java.time.Duration;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/**
 * So many in a time, such as {@code 100/1h}.
 *
 * @param count at least 1
 * @param period from a second to a day
 */
public record Rate(long count, Duration period) {
  /** The setting's type. */
  public static final Setting.Type<Rate> TYPE =
      new Setting.Type<>("count/duration, such as 100/1h", Setting.Kind.PLAIN, Rate::parse);

  /** Shorter ones would be finer than the queue's timer. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** A restart forgets what was sent: over a longer time that would be more than the rate. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final long MOST = 1_000_000_000;
  private static final Setting<Long> COUNT = Setting.number("count", "How many.", 1, MOST);
  private static final Setting<Duration> PERIOD = Setting.duration("period", "In which time.");

  public Rate {
    if (count < 1 || period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("not a rate: " + count + " in " + period);
    }
  }

  private static Rate parse(String text) throws InvalidSettingException {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new InvalidSettingException(
          "'" + text + "' isn't a rate such as 10/1s, 600/1m or 5000/1h");
    }
    long count = COUNT.type().parser().parse(text.substring(0, slash).strip());
    String time = text.substring(slash + 1).strip();
    Duration period = PERIOD.type().parser().parse(time);
    if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
      throw new InvalidSettingException("the time of a rate is from 1s to 1d, not " + time);
    }
    return new Rate(count, period);
  }
}
