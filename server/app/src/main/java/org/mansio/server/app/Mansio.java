package org.mansio.server.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.mansio.server.kernel.Layout;
import org.mansio.server.kernel.config.Variables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The server's process. {@code run} prints {@code Mansio <version> ready} on standard output when it takes mail; SIGTERM
 * and SIGINT stop it with exit code 0.
 */
@Command(
    name = "mansio",
    description = "The Mansio mail server.",
    subcommands = {Mansio.Run.class, Mansio.Check.class, Mansio.ShowVersion.class},
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 64 wrong usage, 69 a part can't start or another server has the data, 70 internal error,",
      "75 a port is taken, 77 no permission, 78 wrong configuration."
    })
public final class Mansio {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Shows this help.")
  private boolean help;

  private Mansio() {}

  /** Runs one command; ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  private static int execute(String... arguments) {
    return new CommandLine(new Mansio())
        .setParameterExceptionHandler((failure, given) -> {
          failure.getCommandLine().getErr().println("mansio: " + failure.getMessage());
          failure.getCommandLine().usage(failure.getCommandLine().getErr());
          return ExitCodes.USAGE;
        })
        .setExecutionExceptionHandler((failure, line, result) -> {
          LoggerFactory.getLogger(Mansio.class).error("Internal error", failure);
          line.getErr().println("mansio: internal error: " + failure);
          return ExitCodes.INTERNAL;
        })
        .execute(arguments);
  }

  /** Where the installation lies. */
  static final class Folders {
    @Option(names = "--conf", paramLabel = "DIR", description = "Configuration files.")
    private @Nullable Path conf;

    @Option(names = "--data", paramLabel = "DIR", description = "All that must survive a restart.")
    private @Nullable Path data;

    @Option(names = "--logs", paramLabel = "DIR", description = "Log files.")
    private @Nullable Path logs;

    @Option(names = "--plugins", paramLabel = "DIR", description = "A folder for each plugin.")
    private @Nullable Path plugins;

    Layout layout() {
      Layout usual = Layout.below(Path.of(System.getProperty("mansio.home", "")).toAbsolutePath());
      return new Layout(
          chosen(conf, usual.configuration()),
          chosen(data, usual.data()),
          chosen(logs, usual.logs()),
          chosen(plugins, usual.plugins()));
    }

    private static Path chosen(@Nullable Path given, Path usual) {
      return given == null ? usual : given.toAbsolutePath().normalize();
    }
  }

  private static Launcher launcher(Layout layout) {
    return new Launcher(
        layout,
        Variables.ofProcess(),
        ManagementFactory.getPlatformMBeanServer(),
        System.out,
        System.err);
  }

  /** {@code mansio run}. */
  @Command(name = "run", description = "Runs in the foreground until SIGTERM or SIGINT.")
  static final class Run implements Callable<Integer> {
    @Mixin
    private Folders folders = new Folders();

    @Override
    public Integer call() throws InterruptedException {
      Layout layout = folders.layout();
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

  /** {@code mansio check}. */
  @Command(
      name = "check",
      description = "Checks the configuration as a start would, without starting.")
  static final class Check implements Callable<Integer> {
    @Mixin
    private Folders folders = new Folders();

    @Override
    public Integer call() {
      Logging.off();
      return launcher(folders.layout()).check();
    }
  }

  /** {@code mansio version}. */
  @Command(name = "version", description = "Prints the version.")
  static final class ShowVersion implements Callable<Integer> {
    @Mixin
    private Folders folders = new Folders();

    @Override
    public Integer call() {
      System.out.println("Mansio " + Version.current());
      return ExitCodes.OK;
    }
  }
}
