package org.mansio.queue.activemq.journal;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A file of the journal and the live records in it. Guarded by the writer's lock. */
final class JournalFile {
  final int id;
  final File path;

  /** Octets of the live records. */
  long liveOctets;

  /** Live records of the whole journal. */
  private final AtomicLong count;

  private @Nullable LiveRecord first;
  private @Nullable LiveRecord last;

  JournalFile(int id, File path, AtomicLong count) {
    this.id = id;
    this.path = path;
    this.count = count;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** The live records, in the order in which they were added. */
  List<LiveRecord> live() {
    List<LiveRecord> live = new ArrayList<>();
    for (LiveRecord record = first; record != null; record = record.next) {
      live.add(record);
    }
    return live;
  }

  void add(LiveRecord record, int position) {
    record.file = this;
    record.position = position;
    record.previous = last;
    record.next = null;
    if (last == null) {
      first = record;
    } else {
      last.next = record;
    }
    last = record;
    liveOctets += record.length;
    count.incrementAndGet();
  }

  void remove(LiveRecord record) {
    LiveRecord before = record.previous;
    LiveRecord after = record.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    record.previous = null;
    record.next = null;
    record.file = null;
    liveOctets -= record.length;
    count.decrementAndGet();
  }

  @Override
  public String toString() {
    return path.getName();
  }
}
