package org.mansio.queue.log;

import java.util.List;

/**
 * Encoded records that become durable together, all or none.
 *
 * @param spool records for the spool, in order
 * @param entries records of outgoing entries, in order
 */
public record Append(List<byte[]> spool, List<Entry> entries) {
  /**
   * A record of an outgoing entry.
   *
   * @param key records with one key stay in order; all of one entry have the same
   */
  public record Entry(String key, byte[] octets) {}

  public Append {
    spool = List.copyOf(spool);
    entries = List.copyOf(entries);
  }

  /** Octets of all records. */
  public long size() {
    long size = 0;
    for (byte[] octets : spool) {
      size += octets.length;
    }
    for (Entry entry : entries) {
      size += entry.octets().length;
    }
    return size;
  }

  public boolean isEmpty() {
    return spool.isEmpty() && entries.isEmpty();
  }
}
