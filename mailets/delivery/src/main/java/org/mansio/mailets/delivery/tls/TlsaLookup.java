package org.mansio.mailets.delivery.tls;

import java.util.List;
import java.util.Set;
import org.mansio.protocols.smtpclient.TlsaRecords;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.TlsaRecord;

/** Looks up what DANE says of a host (RFC 7672 §2.2). Blocking; thread-safe. */
final class TlsaLookup {
  /** More aliases in a row than any sound zone has. */
  private static final int MAX_ALIASES = 12;

  private final DnsResolver dns;

  /** The answer. */
  sealed interface Answer {
    /** No secure records: DANE says nothing. */
    record None() implements Answer {}

    /** Records, but none to go by: TLS all the same. @param all as found, in the form of zone files */
    record Unusable(List<String> all) implements Answer {}

    /** @param baseDomain whose certificate is asked for */
    record Usable(Set<TlsaRecord> records, String baseDomain, List<String> all) implements Answer {}

    /** Forged, or not to be had now. */
    record Unknown(String reason) implements Answer {}
  }

  /** The names below which records are looked for, in that order. */
  private sealed interface Bases {
    record Known(List<String> names) implements Bases {}

    record Unknown(String reason) implements Bases {}
  }

  TlsaLookup(DnsResolver dns) {
    this.dns = dns;
  }

  /** @param authenticAddress whether the host's addresses are validated by DNSSEC, all aliases on the way included */
  Answer find(String host, int port, boolean authenticAddress) {
    List<String> bases;
    switch (bases(host, authenticAddress)) {
      case Bases.Known known -> bases = known.names();
      case Bases.Unknown unknown -> {
        return new Answer.Unknown(unknown.reason());
      }
    }
    for (String base : bases) {
      Answer answer = at(base, port);
      if (!(answer instanceof Answer.None)) {
        return answer;
      }
    }
    return new Answer.None();
  }

  private Bases bases(String host, boolean authenticAddress) {
    return authenticAddress ? behindAliases(host) : ofInsecure(host);
  }

  /** RFC 7672 §2.2.2: the name behind all aliases first, then the host's own. */
  private Bases behindAliases(String host) {
    String last = host;
    for (int depth = 0; depth < MAX_ALIASES; depth++) {
      switch (dns.alias(last)) {
        case DnsAnswer.Found<String> found -> last = found.records().getFirst();
        case DnsAnswer.NoData<String> _, DnsAnswer.NoSuchName<String> _ -> {
          return new Bases.Known(last.equals(host) ? List.of(host) : List.of(last, host));
        }
        // RFC 7672 §2.1: who suppresses the answer would hide the records behind the alias.
        case DnsAnswer.Unknown<String> unknown -> {
          return unknown(last, unknown);
        }
      }
    }
    return new Bases.Unknown("more than " + MAX_ALIASES + " aliases of " + host);
  }

  /**
   * RFC 7672 §2.2.2: a secure alias to a name in an insecure zone leaves the host's own name. Elsewhere no question is asked,
   * since name servers of unsigned zones may fail at it (§2.2.3).
   */
  private Bases ofInsecure(String host) {
    return switch (dns.alias(host)) {
      case DnsAnswer.Found<String> found ->
        new Bases.Known(found.authentic() ? List.of(host) : List.of());
      case DnsAnswer.NoData<String> _, DnsAnswer.NoSuchName<String> _ -> new Bases.Known(List.of());
      case DnsAnswer.Unknown<String> unknown -> unknown(host, unknown);
    };
  }

  private static Bases unknown(String name, DnsAnswer.Unknown<String> unknown) {
    return new Bases.Unknown("no alias of " + name + ": " + unknown.reason());
  }

  private Answer at(String base, int port) {
    return switch (dns.tlsa("_" + port + "._tcp." + base)) {
      case DnsAnswer.Found<TlsaRecord> found ->
        found.authentic() ? of(found, base) : new Answer.None();
      case DnsAnswer.NoData<TlsaRecord> none -> new Answer.None();
      case DnsAnswer.NoSuchName<TlsaRecord> none -> new Answer.None();
      case DnsAnswer.Unknown<TlsaRecord> unknown -> new Answer.Unknown(unknown.reason());
    };
  }

  private static Answer of(DnsAnswer.Found<TlsaRecord> found, String base) {
    List<String> all = found.records().stream().map(TlsaRecord::toString).toList();
    Set<TlsaRecord> usable = TlsaRecords.usable(found.records());
    return usable.isEmpty() ? new Answer.Unusable(all) : new Answer.Usable(usable, base, all);
  }
}
