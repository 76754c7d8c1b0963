package org.mansio.server.admin.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Reads the conditions of {@link org.mansio.server.admin.QueueMXBean}. */
final class QueueConditions {
  private static final Setting<String> ID = Setting.text("id", "A queue id.");
  private static final Setting<QueueEntry.State> STATE =
      Setting.choice("state", "Where it rests.", QueueEntry.State.class);
  private static final Setting<String> DESTINATION =
      Setting.text("destination", "A lane, or its destination alone.");
  private static final Setting<String> SENDER =
      Setting.text("sender", "Part of the sender's address.");
  private static final Setting<String> RECIPIENT =
      Setting.text("recipient", "Part of a recipient's address.");
  private static final Setting<Duration> OLDER_THAN =
      Setting.duration("older-than", "At least so long here.");
  private static final Setting<Duration> YOUNGER_THAN =
      Setting.duration("younger-than", "At most so long here.");
  private static final Setting<String> ERROR =
      Setting.text("error", "Part of the last error, or of its host's name.");
  private static final Setting<Long> MIN_SIZE = Setting.size("min-size", "At least so large.");
  private static final Setting<Long> MAX_SIZE = Setting.size("max-size", "At most so large.");

  private static final SettingSchema SCHEMA = SettingSchema.of(
      ID,
      STATE,
      DESTINATION,
      SENDER,
      RECIPIENT,
      OLDER_THAN,
      YOUNGER_THAN,
      ERROR,
      MIN_SIZE,
      MAX_SIZE);

  /** {@code name=value} or {@code name="a value"}. */
  private static final Pattern CONDITION =
      Pattern.compile("\\s*([a-z-]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s\"]*))(?=\\s|$)");

  private QueueConditions() {}

  /**
   * The filter that conditions say.
   *
   * @param now from when ages are counted
   * @throws IllegalArgumentException when they can't be read
   */
  static QueueFilter parse(String conditions, Instant now) {
    try {
      return filter(Settings.ofTexts(SCHEMA, split(conditions)), now);
    } catch (InvalidSettingException e) {
      throw new IllegalArgumentException("conditions: " + e.getMessage());
    }
  }

  private static Map<String, String> split(String conditions) {
    Map<String, String> texts = new LinkedHashMap<>();
    String rest = conditions.strip();
    Matcher matcher = CONDITION.matcher(rest);
    int at = 0;
    while (at < rest.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw new IllegalArgumentException(
            "conditions are name=value or name=\"a value\", with blanks between, not: "
                + rest.substring(at));
      }
      String quoted = matcher.group(2);
      String value = quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1");
      // Else an operation on one destination, whose name a script lost, would be one on all.
      if (value.isBlank()) {
        throw new IllegalArgumentException("conditions: '" + matcher.group(1) + "' is empty");
      }
      if (texts.put(matcher.group(1), value) != null) {
        throw new IllegalArgumentException("'" + matcher.group(1) + "' stands twice");
      }
      at = matcher.end();
    }
    return texts;
  }

  private static QueueFilter filter(Settings settings, Instant now) {
    QueueFilter filter =
        settings.find(ID).map(id -> QueueFilter.of(new MailId(id))).orElseGet(QueueFilter::all);
    filter = settings.find(STATE).map(filter::and).orElse(filter);
    filter = settings.find(DESTINATION).map(filter::andDestination).orElse(filter);
    filter = settings.find(SENDER).map(filter::andSender).orElse(filter);
    filter = settings.find(RECIPIENT).map(filter::andRecipient).orElse(filter);
    filter = settings.find(ERROR).map(filter::andLastError).orElse(filter);
    return filter
        .andArrived(ago(settings, YOUNGER_THAN, now), ago(settings, OLDER_THAN, now))
        .andSize(size(settings, MIN_SIZE), size(settings, MAX_SIZE));
  }

  private static Optional<Instant> ago(Settings settings, Setting<Duration> age, Instant now) {
    return settings.find(age).map(now::minus);
  }

  private static OptionalLong size(Settings settings, Setting<Long> size) {
    return settings.find(size).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }
}
