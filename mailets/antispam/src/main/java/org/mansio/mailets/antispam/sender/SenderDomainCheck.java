package org.mansio.mailets.antispam.sender;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.mansio.mailets.antispam.hook.Action;
import org.mansio.mailets.antispam.hook.Exempt;
import org.mansio.mailets.antispam.hook.ExemptRecipients;
import org.mansio.mailets.antispam.hook.Finding;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.mailets.antispam.hook.Stage;
import org.mansio.mailets.antispam.hook.StagedHook;
import org.mansio.spi.Services;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.MxRecord;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpSession;

/**
 * Looks whether mail could go back to the sender's domain: it has an MX record that isn't null, or an address (RFC 5321
 * §5.1). The null reverse-path is always taken (RFC 2505 §2.6.1). Thread-safe.
 */
public final class SenderDomainCheck {
  private static final String NAME = "SenderDomainCheck";

  /** RFC 5248: bad sender's system address. */
  private static final String NO_SUCH_DOMAIN = "1.8";

  /** RFC 7505 §4.2: the sender's address has a null MX. */
  private static final String NULL_MX = "7.27";

  /** RFC 3463 §3.5: directory server failure. */
  private static final String NOT_KNOWN_NOW = "4.3";

  static final Setting<Action> NONEXISTENT = Action.setting(
          "nonexistent", "A domain that doesn't exist, or has neither MX nor address.")
      .defaultsTo("reject");

  static final Setting<Action> NULL_MX_DOMAIN = Action.setting(
          "nullMx", "A domain whose null MX (RFC 7505) says that it takes no mail.")
      .defaultsTo("reject");

  static final Setting<Action> UNKNOWN =
      Action.setting("unknown", "A domain that can't be looked up now.").defaultsTo("off");

  private final Settings settings;
  private final Services services;

  private SenderDomainCheck(Settings settings, Services services) {
    this.settings = settings;
    this.services = services;
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return new HookDefinition(
        NAME,
        "Looks whether the sender's domain exists and takes mail.",
        SettingSchema.of(
            NONEXISTENT,
            NULL_MX_DOMAIN,
            UNKNOWN,
            StagedHook.STAGE,
            ExemptRecipients.SETTING,
            Exempt.WHO),
        SenderDomainCheck::create);
  }

  private static SmtpHook create(Settings settings, Services services)
      throws InvalidSettingException {
    SenderDomainCheck check = new SenderDomainCheck(settings, services);
    return StagedHook.of(NAME, settings, Stage.MAIL, (session, helo) -> check.look(session));
  }

  private Optional<Finding> look(SmtpSession session) {
    return session
        .transaction()
        .flatMap(Envelope::sender)
        .filter(sender -> !sender.isLiteral())
        .map(MailAddress::domain)
        .filter(domain -> !services.users().isLocalDomain(domain))
        .flatMap(this::look);
  }

  private Optional<Finding> look(String domain) {
    return switch (services.dns().mx(domain)) {
      case DnsAnswer.Found<MxRecord> found -> onlyNull(domain, found.records());
      case DnsAnswer.NoSuchName<MxRecord>() -> noSuchDomain(domain);
      case DnsAnswer.NoData<MxRecord> none -> addressOf(domain);
      case DnsAnswer.Unknown<MxRecord>(String reason) -> unknown(domain, reason);
    };
  }

  private Optional<Finding> onlyNull(String domain, List<MxRecord> records) {
    return records.stream().allMatch(MxRecord::isNull)
        ? finding(
            settings.get(NULL_MX_DOMAIN), NULL_MX, "Sender's domain " + domain + " takes no mail")
        : Optional.empty();
  }

  /** RFC 5321 §5.1: without any MX record the domain's address counts. */
  private Optional<Finding> addressOf(String domain) {
    return switch (services.dns().addresses(domain)) {
      case DnsAnswer.Found<InetAddress> ignored -> Optional.empty();
      case DnsAnswer.NoSuchName<InetAddress>() -> noSuchDomain(domain);
      case DnsAnswer.NoData<InetAddress> none -> noSuchDomain(domain);
      case DnsAnswer.Unknown<InetAddress>(String reason) -> unknown(domain, reason);
    };
  }

  private Optional<Finding> noSuchDomain(String domain) {
    return finding(
        settings.get(NONEXISTENT),
        NO_SUCH_DOMAIN,
        "Sender's domain " + domain + " has neither mail host nor address");
  }

  private Optional<Finding> unknown(String domain, String reason) {
    return finding(
            settings.get(UNKNOWN),
            NOT_KNOWN_NOW,
            "Sender's domain " + domain + " can't be found now")
        .map(finding -> new Finding(
            finding.action(), finding.detail(), finding.text(), finding.reason() + ": " + reason));
  }

  private static Optional<Finding> finding(Action action, String detail, String text) {
    return action == Action.OFF
        ? Optional.empty()
        : Optional.of(new Finding(action, detail, text, text));
  }
}
