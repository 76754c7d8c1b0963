package org.mansio.spi.background;

import java.time.Duration;

/** Runs from when the server is up until it stops. */
public interface BackgroundService {
  /** Starts its own threads and returns; called when mail is taken and worked off. */
  void start() throws Exception;

  /**
   * Begins nothing more and ends what is under way within {@code grace}; called before anything else stops.
   *
   * @throws InterruptedException when interrupted while waiting
   */
  void stop(Duration grace) throws InterruptedException;
}
