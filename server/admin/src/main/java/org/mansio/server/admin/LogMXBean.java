package org.mansio.server.admin;

import java.util.List;

/** What is logged. A level set here lasts until the server stops; {@code logback.xml} holds the lasting ones. */
public interface LogMXBean {
  /** Loggers with a level of their own. */
  List<LogLevel> levels();

  /**
   * Sets a level.
   *
   * @param logger a class or package name; {@code ROOT} for all others
   * @param level one of {@code off, error, warn, info, debug, trace}; empty: as the logger above it
   */
  void setLevel(String logger, String level);
}
