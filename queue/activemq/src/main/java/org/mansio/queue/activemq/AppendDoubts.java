package org.mansio.queue.activemq;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.mansio.queue.log.Append;

/**
 * Appends that failed without it being known whether they took place: the broker was lost before it answered. Their records
 * of entries tell: when one arrives, the append took place; when the shard has been read past the failure without it, it did
 * not. Who makes such an append again, with the same object, so has it written once. Thread-safe.
 *
 * <p>The append itself, with what bodies it has, is kept by who may make it again and by nobody else: that one needn't say when
 * it gives up, or learns of the end some other way.
 */
final class AppendDoubts {
  /** So many records are waited for: those of some hundred attempts that ended while the broker was away, and more. */
  private static final int MAX = 10_000;

  private final Map<Append, Doubt> doubts = new WeakHashMap<>();

  /** By the record that is waited for, the oldest first. */
  private final Map<ByteBuffer, Doubt> byRecord = new LinkedHashMap<>();

  /** One append. */
  static final class Doubt {
    /** Of entries; without bodies, which lie elsewhere. */
    private final List<ByteBuffer> records;

    private volatile boolean arrived;
    private volatile boolean readThrough;

    /** Since when it is waited for while the broker is there, by the monotonic clock; 0 while it isn't. */
    private long waitedSince;

    private Doubt(Append append) {
      this.records = append.entries().stream()
          .map(entry -> ByteBuffer.wrap(entry.octets()))
          .toList();
    }

    /** Whether it took place. */
    boolean hasArrived() {
      return arrived;
    }

    /** Whether it did not. */
    boolean isMissing() {
      return readThrough && !arrived;
    }

    /**
     * Whether it was waited for in vain for so long, with the broker there all the time.
     *
     * @param brokerIsThere whether it is now
     */
    synchronized boolean isWaitedFor(Duration patience, boolean brokerIsThere) {
      if (!brokerIsThere) {
        waitedSince = 0;
        return false;
      }
      long now = System.nanoTime();
      if (waitedSince == 0) {
        waitedSince = now;
      }
      return now - waitedSince > patience.toNanos();
    }

    /** A shard that it wrote to has been read up to a moment after the failure. */
    void readThrough() {
      readThrough = true;
    }
  }

  /** An append with records of entries failed. */
  synchronized Doubt add(Append append) {
    remove(append);
    Doubt doubt = new Doubt(append);
    doubts.put(append, doubt);
    doubt.records.forEach(octets -> byRecord.put(octets, doubt));
    while (byRecord.size() > MAX) {
      forget(byRecord.values().iterator().next());
    }
    return doubt;
  }

  /** The doubt about this very append; empty when it never failed, or took place since. */
  synchronized Optional<Doubt> about(Append append) {
    return doubts.isEmpty() ? Optional.empty() : Optional.ofNullable(doubts.get(append));
  }

  /** The append isn't in doubt any more. */
  synchronized void remove(Append append) {
    Doubt doubt = doubts.isEmpty() ? null : doubts.remove(append);
    if (doubt != null) {
      forget(doubt);
    }
  }

  /** A record of an entry has arrived. */
  synchronized void arrived(byte[] octets) {
    Doubt doubt = byRecord.isEmpty() ? null : byRecord.get(ByteBuffer.wrap(octets));
    if (doubt != null) {
      doubt.arrived = true;
      forget(doubt);
    }
  }

  private void forget(Doubt doubt) {
    doubt.records.forEach(octets -> byRecord.remove(octets, doubt));
  }

  /** How many records are waited for. */
  synchronized int waitedFor() {
    return byRecord.size();
  }
}
