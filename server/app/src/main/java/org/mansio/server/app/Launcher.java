package org.mansio.server.app;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import org.mansio.server.app.DataFolderLock.InUseException;
import org.mansio.server.kernel.Layout;
import org.mansio.server.kernel.Server;
import org.mansio.server.kernel.StartException;
import org.mansio.server.kernel.config.ConfigurationException;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Variables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks and starts a server, and says on standard error and by an exit code why it can't. */
final class Launcher {
  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

  private final Layout layout;
  private final Variables variables;
  private final Supplier<MBeanServer> beans;
  private final PrintStream out;
  private final PrintStream err;

  /** @param beans asked when the server's parts work */
  Launcher(
      Layout layout,
      Variables variables,
      Supplier<MBeanServer> beans,
      PrintStream out,
      PrintStream err) {
    this.layout = layout;
    this.variables = variables;
    this.beans = beans;
    this.out = out;
    this.err = err;
  }

  /** The server runs, or why it doesn't. */
  sealed interface Result {
    /** Every listener accepts and the queue is open. */
    record Running(RunningServer server) implements Result {}

    /** Nothing runs; the reason is on standard error. */
    record Failed(int exitCode) implements Result {}
  }

  /** Does all that a start does before it opens anything. @return the exit code */
  int check() {
    try {
      Server server = Composition.assemble(layout, variables, beans);
      for (Problem warning : server.warnings()) {
        err.println(warning);
      }
      out.println("The configuration in " + layout.configuration() + " is right.");
      return ExitCodes.OK;
    } catch (ConfigurationException e) {
      return wrong(e);
    }
  }

  /** Starts the server. */
  Result start() {
    DataFolderLock lock;
    Server server;
    try {
      // The lock first: the plugins' jars and the data belong to one server at a time.
      lock = DataFolderLock.take(layout.data());
    } catch (InUseException e) {
      return failed(ExitCodes.UNAVAILABLE, e.getMessage(), e);
    } catch (IOException e) {
      return failed(codeOf(e), "the data folder " + layout.data() + " can't be used: " + e, e);
    }
    try {
      server = Composition.assemble(layout, variables, beans);
    } catch (ConfigurationException e) {
      giveUp(lock);
      return new Result.Failed(wrong(e));
    }
    try {
      server.start();
      return new Result.Running(new RunningServer(server, lock));
    } catch (StartException e) {
      giveUp(lock);
      return failed(codeOf(e), e.getMessage(), e);
    }
  }

  private Result.Failed failed(
      int exitCode, @org.jspecify.annotations.Nullable String message, Exception cause) {
    LOG.error("Not started", cause);
    err.println("mansio: " + message);
    return new Result.Failed(exitCode);
  }

  private int wrong(ConfigurationException e) {
    for (Problem problem : e.problems()) {
      err.println(problem);
    }
    int errors = e.problems().size();
    err.println(
        "mansio: " + errors + (errors == 1 ? " error" : " errors") + " in the configuration");
    return ExitCodes.CONFIGURATION;
  }

  private static void giveUp(DataFolderLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("The data folder could not be given up", e);
    }
  }

  /** What kind of trouble it is; native transports tell it in their message alone. */
  static int codeOf(Throwable failure) {
    if (causes(failure)
        .anyMatch(t -> t instanceof AccessDeniedException || says(t, "permission denied"))) {
      return ExitCodes.NO_PERMISSION;
    }
    if (causes(failure).anyMatch(t -> says(t, "address already in use"))) {
      return ExitCodes.TRY_LATER;
    }
    return ExitCodes.UNAVAILABLE;
  }

  private static Stream<Throwable> causes(Throwable failure) {
    // Bounded, since a chain of causes may be a circle.
    return Stream.iterate(failure, t -> t != null, Throwable::getCause).limit(50);
  }

  private static boolean says(Throwable failure, String words) {
    boolean ofSystem = failure instanceof BindException
        || failure instanceof FileSystemException
        || failure instanceof IOException;
    String message = failure.getMessage();
    return ofSystem
        && message != null
        && message.toLowerCase(java.util.Locale.ROOT).contains(words);
  }
}
