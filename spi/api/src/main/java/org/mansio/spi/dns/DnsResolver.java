package org.mansio.spi.dns;

import java.net.InetAddress;

/** Looks names up. Blocking, with a time-out within; thread-safe; caches as the records' TTL says. Names are A-labels. */
public interface DnsResolver {
  /** MX records as found: unsorted, the null MX included, no implicit MX. */
  DnsAnswer<MxRecord> mx(String domain);

  /** IPv4 and IPv6 addresses, CNAMEs followed. Found when either family is found. */
  DnsAnswer<InetAddress> addresses(String host);

  /**
   * What the name is an alias of, in one step (CNAME): the target in lower case without the final dot. No data where it is no
   * alias. A resolver that doesn't ask for such records finds none, and {@link #tlsa} nothing to trust.
   */
  default DnsAnswer<String> alias(String name) {
    return new DnsAnswer.NoData<>();
  }

  /** TLSA records (RFC 6698), such as those of {@code _25._tcp.mx.example.org}. They say something only where authentic. */
  default DnsAnswer<TlsaRecord> tlsa(String name) {
    return new DnsAnswer.NoData<>();
  }

  /** TXT records, the strings of each joined. */
  DnsAnswer<String> txt(String name);

  /** Names of an address (PTR), unverified. */
  DnsAnswer<String> names(InetAddress address);
}
