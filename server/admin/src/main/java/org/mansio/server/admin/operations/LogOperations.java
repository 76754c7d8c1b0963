package org.mansio.server.admin.operations;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.mansio.server.admin.LogLevel;
import org.mansio.server.admin.LogMXBean;

/** Levels of Logback. */
public final class LogOperations implements LogMXBean {
  private static final Set<String> LEVELS =
      Set.of("off", "error", "warn", "info", "debug", "trace");

  private final LoggerContext context;

  public LogOperations(LoggerContext context) {
    this.context = context;
  }

  @Override
  public List<LogLevel> levels() {
    return context.getLoggerList().stream()
        .filter(logger -> logger.getLevel() != null)
        .map(logger ->
            new LogLevel(logger.getName(), logger.getLevel().toString().toLowerCase(Locale.ROOT)))
        .toList();
  }

  @Override
  public void setLevel(String logger, String level) {
    String wanted = level.strip().toLowerCase(Locale.ROOT);
    if (!wanted.isEmpty() && !LEVELS.contains(wanted)) {
      throw new IllegalArgumentException(
          "'" + level + "' isn't one of: off, error, warn, info, debug, trace");
    }
    String name = logger.strip();
    boolean root = name.isEmpty() || name.equalsIgnoreCase(Logger.ROOT_LOGGER_NAME);
    if (root && wanted.isEmpty()) {
      throw new IllegalArgumentException("the root logger needs a level");
    }
    context
        .getLogger(root ? Logger.ROOT_LOGGER_NAME : name)
        .setLevel(wanted.isEmpty() ? null : Level.toLevel(wanted));
  }
}
