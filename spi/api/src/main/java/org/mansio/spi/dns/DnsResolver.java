package org.mansio.spi.dns;

import java.net.InetAddress;

/** Looks names up. Blocking, with a time-out within; thread-safe; caches as the records' TTL says. Names are A-labels. */
public interface DnsResolver {
  /** MX records as found: unsorted, the null MX included, no implicit MX. */
  DnsAnswer<MxRecord> mx(String domain);

  /** IPv4 and IPv6 addresses, CNAMEs followed. Found when either family is found. */
  DnsAnswer<InetAddress> addresses(String host);

  /** TXT records, the strings of each joined. */
  DnsAnswer<String> txt(String name);

  /** Names of an address (PTR), unverified. */
  DnsAnswer<String> names(InetAddress address);
}
