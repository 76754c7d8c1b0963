package org.mansio.server.admin.cli;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/** Moments as people read them in a table: UTC (RFC 3339), all of a column equally wide. Null stays null. */
final class Moments {
  private static final DateTimeFormatter SECONDS =
      new DateTimeFormatterBuilder().appendInstant(0).toFormatter();

  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private Moments() {}

  static @Nullable String seconds(@Nullable String instant) {
    return instant == null ? null : SECONDS.format(Instant.parse(instant));
  }

  static @Nullable String milliseconds(@Nullable String instant) {
    return instant == null ? null : MILLISECONDS.format(Instant.parse(instant));
  }
}
