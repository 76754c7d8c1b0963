package org.mansio.mailets.delivery.tls;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;

/**
 * What the operator says about TLS to mail exchangers. Immutable.
 *
 * @param dane whether TLSA records are looked up
 * @param mtaSts whether policies of domains are fetched
 * @param destinations the first that is for a domain holds, before all else
 */
public record TlsSettings(boolean dane, boolean mtaSts, List<DestinationTls> destinations) {
  public static final Setting<Boolean> DANE = Setting.flag(
          "dane",
          "Whether MX hosts are held to their TLSA records (DANE, RFC 7672). Needs validated answers: trustAd or validate in"
              + " dns.xml.")
      .defaultsTo("true");
  public static final Setting<Boolean> MTA_STS = Setting.flag(
          "mtaSts",
          "Whether domains are held to the policy on their web server (MTA-STS, RFC 8461), where DANE says nothing. Policies"
              + " are kept in data/mta-sts.")
      .defaultsTo("true");
  public static final Setting<DestinationTls> POLICY = Setting.of(
          "tlsPolicy",
          new Setting.Type<>(
              "destination level [names]", Setting.Kind.PLAIN, DestinationTls::parse),
          "TLS to single destinations by MX, before startTLS, DANE and MTA-STS: a domain, .domain for those below it or * for"
              + " all, then none, opportunistic, encrypt, dane, verify or secure; with verify and secure the names that the"
              + " certificate may be for, .name for all below it. The first that fits holds; several are separated by commas.")
      .repeated();

  public TlsSettings {
    destinations = List.copyOf(destinations);
  }

  /** Nothing is looked up and nothing demanded. */
  public static TlsSettings off() {
    return new TlsSettings(false, false, List.of());
  }

  /** Reads what this record's settings say. */
  public static TlsSettings of(Settings settings) {
    return new TlsSettings(settings.get(DANE), settings.get(MTA_STS), settings.all(POLICY));
  }

  Optional<DestinationTls> of(String domain) {
    String name = domain.toLowerCase(Locale.ROOT);
    return destinations.stream().filter(each -> each.isFor(name)).findFirst();
  }
}
