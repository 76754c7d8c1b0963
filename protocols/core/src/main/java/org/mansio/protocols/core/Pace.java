package org.mansio.protocols.core;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long the peer may take for one message, in one piece or several: as long as its octets take at the slowest rate, and
 * a time-out beyond. Only waiting for the peer counts, not what the server does meanwhile. A peer that drips octets, each
 * well within the time-out, would hold its session for ever otherwise. For the session's thread.
 */
public final class Pace {
  private final long timeoutNanos;
  private final long octetsPerSecond;
  private long octets;
  private long waitedNanos;

  /** @param octetsPerSecond the slowest average; 0: any */
  Pace(Duration timeout, long octetsPerSecond) {
    this.timeoutNanos = timeout.toNanos();
    this.octetsPerSecond = octetsPerSecond;
  }

  void took(long more) {
    octets += more;
  }

  void waited(long nanos) {
    waitedNanos += nanos;
  }

  /** How long the next octet may take, in nanoseconds; not more than the time-out, and maybe nothing at all. */
  long nextNanos() {
    if (octetsPerSecond == 0) {
      return timeoutNanos;
    }
    long earned = Math.min(octets / octetsPerSecond, TimeUnit.DAYS.toSeconds(1000));
    return Math.min(timeoutNanos, timeoutNanos + TimeUnit.SECONDS.toNanos(earned) - waitedNanos);
  }
}
