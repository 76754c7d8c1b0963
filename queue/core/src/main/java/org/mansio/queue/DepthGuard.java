package org.mansio.queue;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether memory has room for more mail: of each that is in the queue a little is known there, however large the disk is. Mail
 * that is in goes on; more is taken again when a hundredth of the limit is free, so that it isn't said with each mail that
 * leaves. Thread-safe.
 */
final class DepthGuard {
  private static final Logger LOG = LoggerFactory.getLogger(DepthGuard.class);
  private static final int FREE_SHARE = 100;

  private final LongSupplier records;
  private final OptionalLong limit;
  private final long most;
  private volatile boolean full;

  /**
   * @param records how many there are; cheap
   * @param limit of records; empty when there is none
   */
  DepthGuard(LongSupplier records, OptionalLong limit) {
    this.records = records;
    this.limit = limit;
    this.most = limit.orElse(Long.MAX_VALUE);
  }

  OptionalLong limit() {
    return limit;
  }

  boolean isFull() {
    boolean before = full;
    long now = records.getAsLong();
    boolean after = before ? now > most - most / FREE_SHARE - 1 : now >= most;
    if (after != before) {
      change(after, now);
    }
    return after;
  }

  private synchronized void change(boolean to, long now) {
    if (full != to) {
      full = to;
      LOG.warn(
          to
              ? "The queue has {} mails, as many as queueLimit allows ({}): more is refused until some are gone"
              : "The queue has {} mails, less than queueLimit ({}) again: mail is taken",
          now,
          most);
    }
  }
}
