package org.mansio.server.app;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.mansio.server.kernel.Server;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that takes mail, until it is told to stop. Thread-safe. */
final class RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

  /** What a stop may take beyond the configured grace, for closing files and threads. */
  private static final Duration MARGIN = Duration.ofSeconds(4);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final Server server;
  private final DataFolderLock lock;
  private final CountDownLatch stopped = new CountDownLatch(1);

  RunningServer(Server server, DataFolderLock lock) {
    this.server = server;
    this.lock = lock;
  }

  Server server() {
    return server;
  }

  /**
   * Tells on standard output that mail is taken; supervisors and scripts wait for this line. While the queue's broker is away,
   * waits for it.
   */
  void announce(PrintStream out) throws InterruptedException {
    while (server
        .services()
        .queue()
        .refusal()
        .equals(Optional.of(QueueException.Reason.UNAVAILABLE))) {
      if (stopped.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
    out.println("Mansio " + Version.current() + " ready");
    out.flush();
  }

  /** Blocks until {@link #stop} has ended. */
  void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /**
   * Finishes what is under way and closes everything, within the configured grace and a few seconds.
   *
   * @return the exit code: a part that can't be stopped in time is an internal error
   */
  int stop() {
    Thread stopping = Thread.ofPlatform().name("stop").start(server::stop);
    try {
      if (!stopping.join(server.shutdownGrace().plus(MARGIN))) {
        LOG.error(
            "The stop took too long and is cut off; mail at rest is safe. It hangs at {}",
            where(stopping));
        return ExitCodes.INTERNAL;
      }
      lock.close();
      LOG.info("Stopped");
      return ExitCodes.OK;
    } catch (IOException e) {
      LOG.error("The data folder could not be given up", e);
      return ExitCodes.INTERNAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERNAL;
    } finally {
      stopped.countDown();
    }
  }

  private static String where(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length == 0 ? "its end" : stack[0].toString();
  }
}
