package org.mansio.mailets.delivery.tls;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.mailets.delivery.sts.StsPolicies;
import org.mansio.mailets.delivery.tlsreport.SwitchableResults;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.Services;
import org.mansio.spi.mail.Envelope;

/** What all ways out share about TLS: the policies of domains that are known, and the results for reports. Thread-safe. */
public final class OutboundTls {
  private static final StsPolicies.Answer NO_POLICY =
      new StsPolicies.Answer(Optional.empty(), Optional.empty());

  private final SwitchableResults results = new SwitchableResults();
  private @Nullable StsPolicies sts;

  public OutboundTls() {}

  /** With policies from elsewhere. */
  public OutboundTls(StsPolicies sts) {
    this.sts = sts;
  }

  /** Where what becomes of TLS is noted. */
  public SwitchableResults results() {
    return results;
  }

  /**
   * The plan for the MX hosts of a domain; blocks for a policy that isn't known yet.
   *
   * @param authenticNames whether the hosts' names are beyond doubt: by validated MX records, or as the domain's own
   * @param validated whether DNSSEC validated the MX records, or that there are none
   */
  public TlsPlan plan(
      Services services,
      ClientOptions base,
      TlsSettings settings,
      String domain,
      boolean authenticNames,
      boolean validated,
      Envelope envelope)
      throws InterruptedException {
    boolean wanted = settings.mtaSts()
        && base.tls() != TlsMode.NONE
        && settings.of(domain).isEmpty()
        && !domain.startsWith("[")
        && !envelope.toleratesNoTls();
    return new TlsPlan(
        base,
        settings,
        new TlsaLookup(services.dns()),
        results,
        domain,
        authenticNames,
        validated,
        envelope,
        wanted ? policies(services).find(domain.toLowerCase(Locale.ROOT)) : NO_POLICY);
  }

  private synchronized StsPolicies policies(Services services) {
    if (sts == null) {
      sts = StsPolicies.open(services.dns(), services.environment().data().resolve("mta-sts"));
    }
    return sts;
  }
}
