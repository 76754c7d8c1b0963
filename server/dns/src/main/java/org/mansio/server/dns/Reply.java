package org.mansio.server.dns;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** What a name server said to one question, as far as it may be kept. */
sealed interface Reply {
  /** How long it may be kept; zero: not at all. */
  Duration ttl();

  /** @param authentic the AD bit, when it is trusted */
  record Records(List<Record> records, boolean authentic, Duration ttl) implements Reply {
    public Records {
      records = List.copyOf(records);
    }
  }

  /** The name is another name of {@code target}, and the reply says no more about that. */
  record Alias(Name target, boolean authentic, Duration ttl) implements Reply {}

  /** RFC 2308 §2.2. */
  record NoData(boolean authentic, Duration ttl) implements Reply {}

  /** RFC 2308 §2.1. */
  record NoSuchName(Duration ttl) implements Reply {}

  /** No server gave a usable answer; never kept. */
  record Failure(String reason) implements Reply {
    @Override
    public Duration ttl() {
      return Duration.ZERO;
    }
  }
}
