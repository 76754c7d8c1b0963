package org.mansio.queue.outgoing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast a lane may go. A connection counts from the moment at which an attempt may open one; when it went over a kept
 * connection, its token is put back. Guarded by the scheduler's lock.
 */
final class LanePace {
  private static final LanePace UNLIMITED = new LanePace(RateLimits.NONE, 0);

  private final @Nullable TokenBucket mails;
  private final @Nullable TokenBucket recipients;
  private final @Nullable TokenBucket connections;

  private LanePace(RateLimits limits, long now) {
    this.mails = bucket(limits.mails(), now);
    this.recipients = bucket(limits.recipients(), now);
    this.connections = bucket(limits.connections(), now);
  }

  static LanePace of(RateLimits limits, long now) {
    return limits.equals(RateLimits.NONE) ? UNLIMITED : new LanePace(limits, now);
  }

  private static @Nullable TokenBucket bucket(Optional<Rate> rate, long now) {
    return rate.map(limit -> new TokenBucket(limit, now)).orElse(null);
  }

  /** When the next attempt may begin, in milliseconds; not after {@code now} when it may now. */
  long readyAt(long now) {
    return Math.max(
        readyAt(mails, now), Math.max(readyAt(recipients, now), readyAt(connections, now)));
  }

  private static long readyAt(@Nullable TokenBucket bucket, long now) {
    return bucket == null ? now : bucket.readyAt(now);
  }

  void begins(int recipientCount, long now) {
    take(mails, 1, now);
    take(recipients, recipientCount, now);
    take(connections, 1, now);
  }

  private static void take(@Nullable TokenBucket bucket, int count, long now) {
    if (bucket != null) {
      bucket.take(count, now);
    }
  }

  /** @param opened how many connections the attempt has opened */
  void ended(int opened, long now) {
    if (connections == null) {
      return;
    }
    if (opened == 0) {
      connections.giveBack(1, now);
    } else {
      connections.take(opened - 1, now);
    }
  }
}
