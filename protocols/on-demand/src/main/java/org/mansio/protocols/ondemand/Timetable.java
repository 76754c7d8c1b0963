package org.mansio.protocols.ondemand;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/**
 * The times of a cron expression with the five fields of crontab(5): minute, hour, day of month, month, day of week.
 * Immutable.
 *
 * @param expression as written
 */
record Timetable(String expression, ExecutionTime times) {
  static final Setting.Type<Timetable> TYPE =
      new Setting.Type<>("cron expression", Setting.Kind.PLAIN, Timetable::parse);

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  static Timetable parse(String text) throws InvalidSettingException {
    try {
      Cron cron = PARSER.parse(text).validate();
      return new Timetable(text, ExecutionTime.forCron(cron));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("'" + text
          + "' isn't a cron expression (minute hour day month weekday): " + e.getMessage());
    }
  }

  /** The next time after that instant; empty when there is none. */
  Optional<Instant> after(Instant instant, ZoneId zone) {
    return times
        .nextExecution(ZonedDateTime.ofInstant(instant, zone))
        .map(ZonedDateTime::toInstant);
  }
}
