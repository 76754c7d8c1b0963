package org.mansio.queue.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import org.mansio.spi.queue.QueueException;

/**
 * A log in memory that outlives its openings. What is appended arrives at once, as on a broker in the same process. A test
 * can let it crash at a point of its own: from there on nothing that the opening does is kept.
 */
public final class MemoryLog implements DurableLog {
  /** How often a waiting reader looks whether it has been stopped. */
  private static final Duration LOOK = Duration.ofMillis(20);

  private final BlockingDeque<byte[]> spool = new LinkedBlockingDeque<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<byte[]> damaged = new ArrayList<>();
  private volatile EntryListener listener;
  private final List<byte[]> inHand = new ArrayList<>();
  private final List<Runnable> late = new ArrayList<>();
  private volatile int doubtful;
  private volatile int refused;
  private volatile boolean silent;
  private int opening;
  private int commits;
  private int operations;
  private int crashAt = -1;
  private boolean crashAfter;
  private volatile boolean crashed;
  private volatile boolean unreadable;
  private volatile CountDownLatch commitsAsked = new CountDownLatch(0);
  private volatile CountDownLatch commitsAllowed = new CountDownLatch(0);

  /** Puts a record of an entry at rest, as a broken-off run left it. */
  public synchronized MemoryLog withEntry(byte[] octets) {
    entries.put(UUID.randomUUID().toString(), octets);
    return this;
  }

  /** Gives a shard up, as when another process takes it over; waits for what is under way. */
  public void lose(int shard, Duration patience) {
    listener.lost(shard, patience);
  }

  /** Whether records of entries can't be read for now. */
  public void unreadable(boolean now) {
    unreadable = now;
  }

  /** Lets as many transactions of spool readers fail; nothing of them is kept. */
  public void refuseCommits(int commits) {
    refused = commits;
  }

  /**
   * Lets no commit of a batch take place until it is allowed.
   *
   * @param asked goes down with each commit that waits
   */
  public void holdCommits(CountDownLatch asked, CountDownLatch allowed) {
    commitsAsked = asked;
    commitsAllowed = allowed;
  }

  /** Lets as many appends take place and yet fail. */
  public void doubt(int appends) {
    doubtful = appends;
  }

  /** The same, and what they wrote arrives only when {@link #arriveLate} says. */
  public void doubtSilently(int appends) {
    doubtful = appends;
    silent = true;
  }

  /** Lets arrive what was kept back. @return the appends that is from */
  public int arriveLate() {
    List<Runnable> arrivals;
    synchronized (this) {
      arrivals = List.copyOf(late);
      late.clear();
    }
    arrivals.forEach(Runnable::run);
    return arrivals.size();
  }

  /**
   * Crashes at an operation, counted from 1 from now on.
   *
   * @param after whether the operation takes place
   */
  public synchronized void crashAt(int operation, boolean after) {
    operations = 0;
    crashAt = operation;
    crashAfter = after;
  }

  public boolean hasCrashed() {
    return crashed;
  }

  /** What is there after a crash: mails that were in hand lie in the spool again. */
  public synchronized void restart() {
    crashed = false;
    crashAt = -1;
    opening++;
    inHand.reversed().forEach(spool::addFirst);
    inHand.clear();
  }

  /** What changes the log; {@code of} says which opening asks. */
  private synchronized void operate(int of, Runnable change) throws QueueException {
    if (crashed || of != opening) {
      throw new QueueException(QueueException.Reason.UNAVAILABLE, "crashed");
    }
    boolean now = ++operations == crashAt;
    if (!now || crashAfter) {
      change.run();
    }
    if (now) {
      crashed = true;
      throw new QueueException(QueueException.Reason.UNAVAILABLE, "crashes");
    }
  }

  /** Records of entries in the log. */
  public synchronized int entries() {
    return entries.size();
  }

  /** Transactions of spool readers with mail that took place. */
  public synchronized int commits() {
    return commits;
  }

  /** Mails that a reader has taken. */
  public synchronized int inHand() {
    return inHand.size();
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
    rest.forEach(
        (id, octets) -> newListener.arrived(0, new Held(id, octets, opening), octets, true));
    newListener.recovered(0, true);
  }

  @Override
  public void append(Append records) throws QueueException {
    append(records, List.of(), List.of());
  }

  private void append(Append records, List<byte[]> taken, List<byte[]> aside)
      throws QueueException {
    int of = opening;
    Map<String, byte[]> written = new LinkedHashMap<>();
    records.entries().forEach(entry -> written.put(UUID.randomUUID().toString(), entry.octets()));
    operate(of, () -> {
      inHand.removeAll(taken);
      commits += taken.isEmpty() ? 0 : 1;
      damaged.addAll(aside);
      spool.addAll(records.spool());
      entries.putAll(written);
    });
    Runnable arrival = () -> written.forEach(
        (id, octets) -> listener.arrived(0, new Held(id, octets, of), octets, false));
    if (doubtful == 0) {
      arrival.run();
      return;
    }
    doubtful--;
    if (silent) {
      synchronized (this) {
        late.add(arrival);
      }
    } else {
      arrival.run();
    }
    throw new QueueException(QueueException.Reason.UNAVAILABLE, "in doubt");
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
    private final int of;

    Held(String id, byte[] octets, int of) {
      this.id = id;
      this.octets = octets;
      this.of = of;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public byte[] octets() throws QueueException {
      if (unreadable) {
        throw new QueueException(QueueException.Reason.UNAVAILABLE, "can't be read now");
      }
      return octets;
    }

    @Override
    public void end() throws QueueException {
      operate(of, () -> entries.remove(id));
    }
  }

  private final class Reader implements SpoolReader {
    private final List<byte[]> batch = new ArrayList<>();
    private final int of = opening;
    private volatile boolean stopped;

    @Override
    public List<Taken> take(int limit, Duration wait) throws QueueException {
      batch.clear();
      long end = System.nanoTime() + wait.toNanos();
      try {
        while (batch.isEmpty() && !stopped && System.nanoTime() < end) {
          if (!poll(limit)) {
            Thread.sleep(LOOK);
          }
        }
      } catch (InterruptedException e) {
        throw new QueueException(QueueException.Reason.CLOSED, "interrupted", e);
      }
      return batch.stream().map(octets -> new Taken(octets, false)).toList();
    }

    private boolean poll(int limit) throws QueueException {
      synchronized (MemoryLog.this) {
        if (crashed || of != opening) {
          throw new QueueException(QueueException.Reason.UNAVAILABLE, "crashed");
        }
        spool.drainTo(batch, limit);
        inHand.addAll(batch);
      }
      return !batch.isEmpty();
    }

    @Override
    public void commit(Append produced, List<byte[]> aside) throws QueueException {
      commitsAsked.countDown();
      try {
        commitsAllowed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new QueueException(QueueException.Reason.UNAVAILABLE, "interrupted");
      }
      if (of != opening) {
        throw new QueueException(QueueException.Reason.UNAVAILABLE, "crashed");
      }
      synchronized (MemoryLog.this) {
        if (refused > 0) {
          refused--;
          throw new QueueException(QueueException.Reason.UNAVAILABLE, "refused");
        }
      }
      append(produced, List.copyOf(batch), aside);
      batch.clear();
    }

    @Override
    public void rollback() {
      synchronized (MemoryLog.this) {
        if (!crashed && of == opening && inHand.removeAll(batch)) {
          batch.reversed().forEach(spool::addFirst);
        }
      }
      batch.clear();
    }

    @Override
    public void stop() {
      stopped = true;
    }

    @Override
    public void close() {}
  }
}
