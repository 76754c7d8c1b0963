package org.mansio.protocols.smtpclient;

import java.time.Duration;

/**
 * How long connections live.
 *
 * @param maxIdle an unused connection is closed after this; well below the patience of servers
 * @param maxMails a connection is closed after so many mails, so that load spreads over a peer's hosts again
 * @param maxIdleConnections unused connections of one client to all peers together; the longest unused is closed first
 */
public record PoolLimits(Duration maxIdle, int maxMails, int maxIdleConnections) {
  public static final PoolLimits STANDARD = new PoolLimits(Duration.ofSeconds(8), 100, 200);

  /** @throws IllegalArgumentException when a limit isn't positive */
  public PoolLimits {
    if (!maxIdle.isPositive() || maxMails < 1 || maxIdleConnections < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
