package org.mansio.protocols.smtpclient;

import java.util.Objects;
import java.util.Set;
import org.mansio.spi.dns.TlsaRecord;

/** How a peer proves in TLS who it is. Immutable. */
public sealed interface Verification {
  /** Whether a peer that fails gets no mail over this connection. */
  boolean authenticates();

  /** Any certificate will do. */
  record None() implements Verification {
    @Override
    public boolean authenticates() {
      return false;
    }
  }

  /**
   * By a certificate that the trust anchors vouch for, valid now and for a name (RFC 9525).
   *
   * @param names any of them, lower case; one that begins with a dot stands for all names below it; empty: the peer's name
   * @param enforced false: a failure is told to the {@link TlsObserver} only, as the mode "testing" of RFC 8461 §5 wants
   */
  record ByName(Set<String> names, boolean enforced) implements Verification {
    public ByName {
      names = Set.copyOf(names);
    }

    @Override
    public boolean authenticates() {
      return enforced;
    }
  }

  /**
   * By TLSA records (RFC 7672 §3).
   *
   * @param records usable ones, as {@link TlsaRecords#usable} finds them; at least one
   * @param serverName the TLSA base domain, which SNI asks for (RFC 7672 §8.1)
   * @param names what the certificate may be for where a trust anchor vouches for it (RFC 7672 §3.2.2), lower case
   */
  record ByTlsa(Set<TlsaRecord> records, String serverName, Set<String> names)
      implements Verification {
    public ByTlsa {
      records = Set.copyOf(records);
      Objects.requireNonNull(serverName);
      names = Set.copyOf(names);
      if (records.isEmpty()) {
        throw new IllegalArgumentException("nothing to match");
      }
    }

    @Override
    public boolean authenticates() {
      return true;
    }
  }

  static Verification none() {
    return new None();
  }

  /** By the name that the peer was looked up with. */
  static Verification ofPeer() {
    return new ByName(Set.of(), true);
  }
}
