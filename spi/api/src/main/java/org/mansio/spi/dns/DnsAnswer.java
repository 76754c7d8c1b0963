package org.mansio.spi.dns;

import java.util.List;

/**
 * The answer to one question.
 *
 * @param <T> the kind of record
 */
public sealed interface DnsAnswer<T> {
  /**
   * At least one record.
   *
   * @param authentic whether the answer was validated by DNSSEC (RFC 4035, the AD bit over a trusted path)
   */
  record Found<T>(List<T> records, boolean authentic) implements DnsAnswer<T> {
    public Found {
      records = List.copyOf(records);
    }
  }

  /**
   * The name exists, but has no record of this type.
   *
   * @param authentic whether DNSSEC proved that, so that nobody can have left records out
   */
  record NoData<T>(boolean authentic) implements DnsAnswer<T> {
    /** Without a proof. */
    public NoData() {
      this(false);
    }
  }

  /** The name doesn't exist (RFC 2308 NXDOMAIN). */
  record NoSuchName<T>() implements DnsAnswer<T> {}

  /** Not known now: SERVFAIL, time-out, refused. Ask again later; never take it for "none". */
  record Unknown<T>(String reason) implements DnsAnswer<T> {}

  /** The records, or an empty list when there are none or they couldn't be found out. */
  default List<T> recordsOrNone() {
    return this instanceof Found<T> found ? found.records() : List.of();
  }
}
