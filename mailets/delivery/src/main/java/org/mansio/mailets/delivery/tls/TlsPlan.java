package org.mansio.mailets.delivery.tls;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mansio.mailets.delivery.sts.StsException;
import org.mansio.mailets.delivery.sts.StsPolicies;
import org.mansio.mailets.delivery.sts.StsPolicy;
import org.mansio.mailets.delivery.tlsreport.FailureDetail;
import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.mailets.delivery.tlsreport.TlsResults;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.Peer;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.protocols.smtpclient.Verification;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.queue.RecipientResult;

/**
 * Which TLS policy holds for the MX hosts of one domain, for one mail. The operator's word for the destination goes first;
 * then DANE, whose failure nothing rescues (RFC 8461 §2); then MTA-STS; then what the options say. Used by one thread.
 */
public final class TlsPlan {
  private static final EnhancedStatus NOT_VERIFIED = EnhancedStatus.parse("4.7.5");

  /** RFC 8689 §4.2.1: encryption needed. */
  private static final EnhancedStatus NEEDS_TLS = EnhancedStatus.parse("5.7.10");

  private final ClientOptions base;
  private final TlsSettings settings;
  private final TlsaLookup tlsa;
  private final TlsResults results;
  private final String domain;
  private final boolean authenticNames;
  private final boolean validated;
  private final Envelope envelope;
  private final StsPolicies.Answer sts;
  private final Map<String, HostTls> byHost = new HashMap<>();

  /**
   * A plan.
   *
   * @param authenticNames whether the hosts' names are beyond doubt: by validated MX records, or as the domain's own
   * @param validated whether DNSSEC validated the MX records, or that there are none
   */
  TlsPlan(
      ClientOptions base,
      TlsSettings settings,
      TlsaLookup tlsa,
      TlsResults results,
      String domain,
      boolean authenticNames,
      boolean validated,
      Envelope envelope,
      StsPolicies.Answer sts) {
    this.base = base;
    this.settings = settings;
    this.tlsa = tlsa;
    this.results = results;
    this.domain = domain;
    this.authenticNames = authenticNames;
    this.validated = validated;
    this.envelope = envelope;
    this.sts = sts;
    sts.problem().ifPresent(this::reportMissing);
  }

  private void reportMissing(StsException problem) {
    FailureDetail.Type type = switch (problem.kind()) {
      case FETCH_ERROR -> FailureDetail.Type.STS_POLICY_FETCH_ERROR;
      case INVALID -> FailureDetail.Type.STS_POLICY_INVALID;
      case WEBPKI_INVALID -> FailureDetail.Type.STS_WEBPKI_INVALID;
    };
    results.failure(
        ReportedPolicy.none(domain), FailureDetail.of(type, String.valueOf(problem.getMessage())));
  }

  /** What holds for a host. @param authenticAddress whether its addresses are validated by DNSSEC */
  public HostTls of(Peer peer, boolean authenticAddress) {
    return byHost.computeIfAbsent(
        peer.name() + ":" + peer.address().getPort(),
        k -> demanding(peer, decide(peer, authenticAddress)));
  }

  private HostTls decide(Peer peer, boolean authenticAddress) {
    Optional<DestinationTls> own = settings.of(domain);
    if (own.isPresent()) {
      return explicit(own.get(), peer, authenticAddress);
    }
    if (base.tls() == TlsMode.NONE) {
      return asSet();
    }
    if (envelope.toleratesNoTls()) {
      // RFC 8689 §4.2.2: the sender wants the mail delivered whatever the recipient's side demands.
      // What the operator demands isn't the sender's to lift.
      return use(base, "the mail says TLS-Required: No", ReportedPolicy.none(domain));
    }
    if (base.tls() == TlsMode.IMPLICIT || base.verification().authenticates()) {
      // RFC 8461 §1: a certificate for a host proves nothing where forged MX records chose it.
      return sts.policy()
          .filter(policy -> policy.mode() == StsPolicy.Mode.ENFORCE)
          .filter(policy -> !policy.allows(peer.name()))
          .flatMap(policy -> bySts(policy, peer))
          .orElseGet(this::asSet);
    }
    // RFC 7672 §2.2.1: records below a name that may be forged prove nothing.
    if (settings.dane() && validated) {
      Optional<HostTls> dane = byDane(peer, authenticAddress, false);
      if (dane.isPresent()) {
        return dane.get();
      }
    }
    return sts.policy()
        .flatMap(policy -> bySts(policy, peer))
        .orElseGet(() -> use(
            base,
            base.tls() == TlsMode.REQUIRED ? "startTLS is required" : "TLS where it is offered",
            ReportedPolicy.none(domain)));
  }

  private HostTls asSet() {
    return use(base, "as the settings of this way out say", ReportedPolicy.none(domain));
  }

  private HostTls explicit(DestinationTls own, Peer peer, boolean authenticAddress) {
    String reason =
        "tlsPolicy " + own.pattern() + " " + own.level().name().toLowerCase(Locale.ROOT);
    ReportedPolicy reported = ReportedPolicy.none(domain);
    return switch (own.level()) {
      case NONE -> use(base.withTls(TlsMode.NONE, false), reason, reported);
      case OPPORTUNISTIC -> use(base.withTls(TlsMode.OPPORTUNISTIC, false), reason, reported);
      case ENCRYPT -> use(base.withTls(TlsMode.REQUIRED, false), reason, reported);
      case VERIFY -> use(required(new Verification.ByName(own.names(), true)), reason, reported);
      case SECURE -> {
        Set<String> names = own.names().isEmpty() ? Set.of(domain, "." + domain) : own.names();
        yield use(required(new Verification.ByName(names, true)), reason, reported);
      }
      case DANE ->
        (validated ? byDane(peer, authenticAddress, true) : Optional.<HostTls>empty())
            .orElseGet(() -> avoid(
                peer.name() + " has no validated TLSA records, which tlsPolicy demands",
                reason,
                reported,
                FailureDetail.of(FailureDetail.Type.TLSA_INVALID, "no validated record")));
    };
  }

  private ClientOptions required(Verification verification) {
    return base.withTls(TlsMode.REQUIRED, verification);
  }

  /** @param demanded whether records that can't be used count as a failure too */
  private Optional<HostTls> byDane(Peer peer, boolean authenticAddress, boolean demanded) {
    return switch (tlsa.find(peer.name(), peer.address().getPort(), authenticAddress)) {
      case TlsaLookup.Answer.None none -> Optional.empty();
      case TlsaLookup.Answer.Unusable unusable ->
        Optional.of(
            unusable(peer, ReportedPolicy.tlsa(domain, unusable.all(), peer.name()), demanded));
      case TlsaLookup.Answer.Usable usable -> {
        // RFC 7672 §3.2.2: the base domain, the next hop's domain, and the host's own name.
        Set<String> names = lowerCase(usable.baseDomain(), domain, peer.name());
        Verification verification =
            new Verification.ByTlsa(usable.records(), usable.baseDomain(), names);
        yield Optional.of(use(
            required(verification),
            "DANE, " + usable.records().size() + " TLSA records of " + usable.baseDomain(),
            ReportedPolicy.tlsa(domain, usable.all(), peer.name())));
      }
      // RFC 7672 §2.1: an answer that may have been suppressed is no answer; the host isn't used.
      case TlsaLookup.Answer.Unknown unknown ->
        Optional.of(avoid(
            "TLSA records of " + peer.name() + " can't be had: " + unknown.reason(),
            "DANE",
            ReportedPolicy.tlsa(domain, List.of(), peer.name()),
            FailureDetail.of(FailureDetail.Type.DNSSEC_INVALID, unknown.reason())));
    };
  }

  private HostTls unusable(Peer peer, ReportedPolicy reported, boolean demanded) {
    FailureDetail flaw = FailureDetail.of(FailureDetail.Type.TLSA_INVALID, "no usable record");
    return demanded
        ? avoid("no TLSA record of " + peer.name() + " can be used", "DANE", reported, flaw)
        // RFC 7672 §2.2: TLS must be used then, though nothing can be verified.
        : new HostTls.Use(
            required(new Verification.None()),
            "DANE without a usable record",
            reported,
            Optional.of(flaw));
  }

  private static Set<String> lowerCase(String... names) {
    return Set.copyOf(java.util.Arrays.stream(names)
        .map(name -> name.toLowerCase(Locale.ROOT))
        .distinct()
        .toList());
  }

  private Optional<HostTls> bySts(StsPolicy policy, Peer peer) {
    ReportedPolicy reported = ReportedPolicy.sts(domain, policy);
    String mode =
        "MTA-STS policy of " + domain + ", mode " + policy.mode().name().toLowerCase(Locale.ROOT);
    boolean allowed = policy.allows(peer.name());
    String unnamed = "the MTA-STS policy of " + domain + " doesn't name " + peer.name();
    FailureDetail flaw = FailureDetail.of(FailureDetail.Type.VALIDATION_FAILURE, unnamed);
    return switch (policy.mode()) {
      case NONE -> Optional.empty();
      case TESTING ->
        Optional.of(
            allowed
                ? use(
                    base.withTls(base.tls(), new Verification.ByName(Set.of(), false)),
                    mode,
                    reported)
                : new HostTls.Use(
                    base,
                    mode + ", which doesn't name " + peer.name(),
                    reported,
                    Optional.of(flaw)));
      case ENFORCE ->
        Optional.of(
            allowed
                ? use(required(new Verification.ByName(Set.of(), true)), mode, reported)
                // RFC 8461 §5.1: such a host is passed over.
                : avoid(unnamed, mode, reported, flaw));
    };
  }

  /** RFC 8689 §4.2.1 (1) and (3): for a mail that demands verified TLS. */
  private HostTls demanding(Peer peer, HostTls decided) {
    if (!ClientOptions.demandsVerifiedTls(envelope)
        || !(decided instanceof HostTls.Use use)
        || use.options().verification() instanceof Verification.ByTlsa) {
      return decided;
    }
    boolean listed = sts.policy()
        .filter(policy -> policy.mode() != StsPolicy.Mode.NONE)
        .filter(policy -> policy.allows(peer.name()))
        .isPresent();
    boolean byOperator =
        settings.of(domain).isPresent() && use.options().verification().authenticates();
    if (authenticNames || listed || byOperator) {
      return new HostTls.Use(
          use.options().forMail(envelope),
          use.reason() + "; REQUIRETLS",
          use.reported(),
          use.flaw());
    }
    return new HostTls.Avoid(
        new RecipientResult.Failed(
            NEEDS_TLS,
            Optional.empty(),
            "the sender demands verified TLS, and the MX records of " + domain
                + " are neither validated by DNSSEC nor named by an MTA-STS policy"),
        "REQUIRETLS",
        use.reported(),
        // The sender's wish, and no failure of the domain's.
        Optional.empty());
  }

  private static HostTls use(ClientOptions options, String reason, ReportedPolicy reported) {
    return new HostTls.Use(options, reason, reported, Optional.empty());
  }

  private static HostTls avoid(
      String diagnostic, String reason, ReportedPolicy reported, FailureDetail flaw) {
    return new HostTls.Avoid(
        new RecipientResult.Deferred(NOT_VERIFIED, Optional.empty(), diagnostic),
        reason,
        reported,
        Optional.of(flaw));
  }
}
