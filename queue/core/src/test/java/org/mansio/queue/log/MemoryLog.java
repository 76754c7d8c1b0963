package org.mansio.queue.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.mansio.spi.queue.QueueException;

/** A log in memory that outlives its openings. What is appended arrives at once, as on a broker in the same process. */
public final class MemoryLog implements DurableLog {
  private final BlockingDeque<byte[]> spool = new LinkedBlockingDeque<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<byte[]> damaged = new ArrayList<>();
  private volatile EntryListener listener;
  private volatile int doubtful;

  /** Puts a record of an entry at rest, as a broken-off run left it. */
  public synchronized MemoryLog withEntry(byte[] octets) {
    entries.put(UUID.randomUUID().toString(), octets);
    return this;
  }

  /** Lets as many appends take place and yet fail. */
  public void doubt(int appends) {
    doubtful = appends;
  }

  /** Records of entries in the log. */
  public synchronized int entries() {
    return entries.size();
  }

  /** Records kept aside. */
  public synchronized int damaged() {
    return damaged.size();
  }

  @Override
  public void open(EntryListener newListener) {
    Map<String, byte[]> rest;
    synchronized (this) {
      rest = new LinkedHashMap<>(entries);
    }
    listener = newListener;
    rest.forEach((id, octets) -> newListener.arrived(0, new Held(id, octets), octets, true));
    newListener.recovered(0, true);
  }

  @Override
  public void append(Append records) throws QueueException {
    spool.addAll(records.spool());
    for (Append.Entry entry : records.entries()) {
      String id = UUID.randomUUID().toString();
      synchronized (this) {
        entries.put(id, entry.octets());
      }
      listener.arrived(0, new Held(id, entry.octets()), entry.octets(), false);
    }
    if (doubtful > 0) {
      doubtful--;
      throw new QueueException(QueueException.Reason.UNAVAILABLE, "in doubt");
    }
  }

  @Override
  public SpoolReader newSpoolReader() {
    return new Reader();
  }

  @Override
  public Optional<QueueException.Reason> refusal() {
    return Optional.empty();
  }

  @Override
  public long spoolDepth() {
    return spool.size();
  }

  @Override
  public List<byte[]> peekSpool(int limit) {
    return spool.stream().limit(limit).toList();
  }

  @Override
  public void awaitRecovered() {}

  @Override
  public boolean keepsHeldInMemory() {
    return true;
  }

  @Override
  public boolean soleOwner() {
    return true;
  }

  @Override
  public synchronized boolean keepsDamaged() {
    return !damaged.isEmpty();
  }

  @Override
  public void close() {}

  private final class Held implements HeldRecord {
    private final String id;
    private final byte[] octets;

    Held(String id, byte[] octets) {
      this.id = id;
      this.octets = octets;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public byte[] octets() {
      return octets;
    }

    @Override
    public void end() {
      synchronized (MemoryLog.this) {
        entries.remove(id);
      }
    }
  }

  private final class Reader implements SpoolReader {
    private final List<byte[]> batch = new ArrayList<>();

    @Override
    public List<Taken> take(int limit, Duration wait) throws QueueException {
      batch.clear();
      try {
        byte[] first = spool.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          spool.drainTo(batch, limit - 1);
        }
      } catch (InterruptedException e) {
        throw new QueueException(QueueException.Reason.CLOSED, "interrupted", e);
      }
      return batch.stream().map(octets -> new Taken(octets, false)).toList();
    }

    @Override
    public void commit(Append produced, List<byte[]> aside) throws QueueException {
      batch.clear();
      synchronized (MemoryLog.this) {
        damaged.addAll(aside);
      }
      append(produced);
    }

    @Override
    public void rollback() {
      batch.reversed().forEach(spool::addFirst);
      batch.clear();
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
  }
}
