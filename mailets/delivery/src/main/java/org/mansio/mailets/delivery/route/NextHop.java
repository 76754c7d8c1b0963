package org.mansio.mailets.delivery.route;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.mansio.protocols.smtpclient.Credentials;
import org.mansio.protocols.smtpclient.Protocol;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.mail.EnhancedStatus;

/** Where mail for a recipient goes next. */
public sealed interface NextHop {
  /**
   * How to talk to the hosts, where it differs from what holds for all.
   *
   * @param tls empty: as for all others; over LMTP none
   * @param verifyIdentity whether the certificate must be valid and for the host's name
   * @param credentials for AUTH; empty: none
   * @param sourcePool the pool of local addresses to leave from
   */
  record Manner(
      Optional<TlsMode> tls,
      boolean verifyIdentity,
      Optional<Credentials> credentials,
      Optional<String> sourcePool) {
    /** Nothing differs. */
    public static final Manner USUAL =
        new Manner(Optional.empty(), false, Optional.empty(), Optional.empty());
  }

  /** The hosts that the recipient's domain names (RFC 5321 §5.1). @param port empty: the usual one */
  record Exchangers(OptionalInt port, Manner manner) implements NextHop {}

  /** Hosts of the operator's choice, without a look at MX records. */
  record SmartHosts(Protocol protocol, List<SmartHost> hosts, Manner manner) implements NextHop {
    public SmartHosts {
      hosts = List.copyOf(hosts);
    }

    /** The lane that all mail for these hosts shares: the name of the first. */
    public String lane() {
      return hosts.getFirst().host().toString().toLowerCase(Locale.ROOT);
    }
  }

  /** Mail rests until the domain asks for it (RFC 1985, RFC 2645). @param transport the one that keeps it */
  record OnDemand(String transport) implements NextHop {}

  /** Mail is taken for delivered, and is gone. */
  record Discarded() implements NextHop {}

  /** Nobody gets the mail, now with a code 4xx, for good with 5xx. @param reply with its code and status, one line */
  record Refused(boolean permanent, EnhancedStatus status, String reply) implements NextHop {}
}
