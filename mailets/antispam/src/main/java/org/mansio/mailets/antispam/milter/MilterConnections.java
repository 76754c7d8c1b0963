package org.mansio.mailets.antispam.milter;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections to one milter: opened when needed, and a few kept for the next sessions. Thread-safe. */
final class MilterConnections {
  private static final Logger log = LoggerFactory.getLogger(MilterConnections.class);

  /** How long one is kept: a milter that is stopped must not wait for connections that nobody uses. */
  private static final Duration IDLE_TIME = Duration.ofMinutes(1);

  private final MilterOptions options;
  private final Availability availability;
  private final Deque<MilterConnection> idle = new ConcurrentLinkedDeque<>();

  MilterConnections(MilterOptions options, Availability availability) {
    this.options = options;
    this.availability = availability;
  }

  /**
   * A connection whose next packet is that of a connecting client.
   *
   * @throws IOException when there is none to be had; at once while the milter is known to be away
   */
  MilterConnection take() throws IOException {
    MilterConnection kept = idle.pollFirst();
    while (kept != null) {
      if (kept.isQuiet()) {
        return kept;
      }
      kept.close();
      kept = idle.pollFirst();
    }
    return open();
  }

  /** A connection that nobody used before. */
  MilterConnection open() throws IOException {
    if (!availability.mayTry()) {
      throw new MilterException("was away a moment ago");
    }
    try {
      MilterConnection connection = MilterConnection.open(options);
      if (availability.succeeded()) {
        log.info("milter {} is there again", options.address());
      }
      return connection;
    } catch (IOException | RuntimeException e) {
      if (availability.failed()) {
        log.warn(
            "milter {} is away ({}), mail: {}",
            options.address(),
            e.getMessage(),
            options.defaultAction());
      }
      throw e;
    }
  }

  /** Takes back a connection whose session is over. */
  void giveBack(MilterConnection connection) {
    if (idle.size() >= options.idleConnections() || !connection.startOver()) {
      connection.quit();
      return;
    }
    idle.addFirst(connection);
    ForkJoinPool.commonPool()
        .schedule(
            () -> {
              if (idle.remove(connection)) {
                Thread.ofVirtual().start(connection::quit);
              }
            },
            IDLE_TIME.toSeconds(),
            TimeUnit.SECONDS);
  }
}
