package org.mansio.server.app;

import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mansio.server.kernel.Layout;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Points Logback at the installation's files. To be called before the first logger is made. */
final class Logging {
  private static final String CONFIGURATION = "logback.configurationFile";
  private static final String LOGS = "mansio.logs";

  private Logging() {}

  /** As {@code conf/logback.xml} says; to the console when there is none. */
  static void toFiles(Layout layout) {
    System.setProperty(LOGS, layout.logs().toString());
    Path file = layout.configuration().resolve(LoggingFile.NAME);
    if (System.getProperty(CONFIGURATION) == null && Files.isReadable(file)) {
      System.setProperty(CONFIGURATION, file.toString());
    }
    bridge();
  }

  /** Nowhere: for commands that print what they find. */
  static void off() {
    System.setProperty(CONFIGURATION, "org/mansio/server/app/logback-check.xml");
    bridge();
  }

  /** Writes out what is buffered; nothing is logged afterwards. */
  static void close() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }

  private static void bridge() {
    // Libraries that log to java.util.logging end in the same files.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
