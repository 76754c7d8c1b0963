package org.mansio.mailets.antispam.client;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/** Takes mail of some peers under TLS only, where a port for everybody can't demand it (RFC 3207 §4). Thread-safe. */
public final class TlsRequirement implements SmtpHook {
  private static final String NAME = "TlsRequirement";

  // RFC 3207 §4 has the code; RFC 5248's registry has 5.7.10, encryption needed.
  private static final SmtpReply TLS_NEEDED =
      SmtpReply.of(530, "5.7.10", "Mail from you is taken under TLS only, issue STARTTLS first");

  static final Setting<Network> NETWORKS =
      Setting.network("networks", "Networks whose clients must use TLS.").repeated();

  static final Setting<String> SENDER_DOMAINS = Setting.text(
          "senderDomains",
          "Domains whose mail must come under TLS; with a dot in front, all domains below too.")
      .repeated();

  private final List<Network> networks;
  private final List<String> senderDomains;

  private TlsRequirement(List<Network> networks, List<String> senderDomains) {
    this.networks = networks;
    this.senderDomains = senderDomains;
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return new HookDefinition(
        NAME,
        "Refuses mail of the peers named until TLS is there.",
        SettingSchema.of(NETWORKS, SENDER_DOMAINS),
        TlsRequirement::create);
  }

  private static SmtpHook create(Settings settings, Services services)
      throws InvalidSettingException {
    List<String> domains = settings.all(SENDER_DOMAINS).stream()
        .map(domain -> domain.toLowerCase(Locale.ROOT))
        .toList();
    List<Network> networks = settings.all(NETWORKS);
    if (networks.isEmpty() && domains.isEmpty()) {
      throw new InvalidSettingException("TlsRequirement needs networks or senderDomains");
    }
    return new TlsRequirement(networks, domains);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict onMail(SmtpSession session) {
    if (session.tls()) {
      return Verdict.decline();
    }
    Optional<String> why = network(session).or(() -> domain(session));
    return why.<Verdict>map(reason -> new Verdict.Permanent(TLS_NEEDED, reason))
        .orElseGet(Verdict::decline);
  }

  private Optional<String> network(SmtpSession session) {
    return networks.stream()
        .filter(network -> network.contains(session.remote().getAddress()))
        .findFirst()
        .map(network -> "no TLS, and the client is in " + network);
  }

  private Optional<String> domain(SmtpSession session) {
    return session
        .transaction()
        .flatMap(Envelope::sender)
        .map(MailAddress::domain)
        .filter(domain -> senderDomains.stream().anyMatch(listed -> matches(listed, domain)))
        .map(domain -> "no TLS, and the sender is in " + domain);
  }

  private static boolean matches(String listed, String domain) {
    return listed.startsWith(".")
        ? domain.endsWith(listed) || domain.equals(listed.substring(1))
        : domain.equals(listed);
  }
}
