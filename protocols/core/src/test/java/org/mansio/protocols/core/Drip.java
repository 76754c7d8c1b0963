package org.mansio.protocols.core;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does a little again and again, a hundred times a second, until the other side has had enough of it. */
final class Drip implements AutoCloseable {
  private static final long PERIOD_MILLIS = 10;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** What is done each time. */
  @FunctionalInterface
  interface Drop {
    /** @throws IOException when the connection is closed, which ends the drip */
    void fall() throws IOException;
  }

  private Drip() {}

  static Drip of(Drop drop) {
    Drip drip = new Drip();
    drip.timer.scheduleAtFixedRate(() -> drip.fall(drop), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return drip;
  }

  private void fall(Drop drop) {
    try {
      drop.fall();
    } catch (IOException e) {
      timer.shutdown();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    timer.close();
  }
}
