package org.mansio.server.app;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.mansio.server.app.Arguments.UsageException;
import org.mansio.server.kernel.Layout;
import org.mansio.server.kernel.config.Variables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's process. {@code run} prints {@code Mansio <version> ready} on standard output when it takes mail; SIGTERM
 * and SIGINT stop it with exit code 0.
 */
public final class Mansio {
  private Mansio() {}

  /** Runs one command; ends the JVM with its exit code. */
  public static void main(String[] words) {
    System.exit(execute(words));
  }

  private static int execute(String... words) {
    Arguments arguments;
    try {
      arguments =
          Arguments.parse(Path.of(System.getProperty("mansio.home", "")).toAbsolutePath(), words);
    } catch (UsageException e) {
      System.err.println("mansio: " + e.getMessage());
      System.err.print(Arguments.USAGE);
      return ExitCodes.USAGE;
    }
    try {
      return execute(arguments);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LoggerFactory.getLogger(Mansio.class).error("Internal error", e);
      System.err.println("mansio: internal error: " + e);
      return ExitCodes.INTERNAL;
    }
  }

  private static int execute(Arguments arguments) throws InterruptedException, IOException {
    return switch (arguments.command()) {
      case RUN -> run(arguments.layout());
      case CHECK -> {
        Logging.off();
        yield launcher(arguments.layout()).check();
      }
      case TRAIN -> Training.run(System.out, System.err);
      case VERSION -> {
        System.out.println("Mansio " + Version.current());
        yield ExitCodes.OK;
      }
      case HELP -> {
        System.out.print(Arguments.USAGE);
        yield ExitCodes.OK;
      }
    };
  }

  private static Launcher launcher(Layout layout) {
    return new Launcher(
        layout,
        Variables.ofProcess(),
        ManagementFactory::getPlatformMBeanServer,
        System.out,
        System.err);
  }

  private static int run(Layout layout) throws InterruptedException {
    Logging.toFiles(layout);
    logUncaught();
    return switch (launcher(layout).start()) {
      case Launcher.Result.Failed failed -> failed.exitCode();
      case Launcher.Result.Running running -> untilStopped(running.server());
    };
  }

  private static void logUncaught() {
    Logger log = LoggerFactory.getLogger(Mansio.class);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("Uncaught in thread {}", thread.getName(), failure));
  }

  private static int untilStopped(RunningServer server) throws InterruptedException {
    AtomicInteger exitCode = new AtomicInteger(ExitCodes.OK);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
      exitCode.set(server.stop());
      Logging.close();
      // After a signal the JVM would end with 128 and the signal's number, as if it had been
      // killed.
      Runtime.getRuntime().halt(exitCode.get());
    }));
    server.announce(System.out);
    server.awaitStop();
    return exitCode.get();
  }
}
