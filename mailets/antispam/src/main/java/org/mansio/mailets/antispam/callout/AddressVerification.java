package org.mansio.mailets.antispam.callout;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mansio.mailets.antispam.hook.Action;
import org.mansio.mailets.antispam.hook.Exempt;
import org.mansio.mailets.antispam.hook.ExemptRecipients;
import org.mansio.mailets.antispam.hook.Finding;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpProbe;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/**
 * Asks the host behind this one whether it knows the recipient, so that mail it would refuse is refused here and makes no
 * bounce; and if wanted the sender's host whether it knows the sender, which costs others work and is off unless set.
 * Thread-safe.
 */
public final class AddressVerification implements SmtpHook {
  private static final String NAME = "AddressVerification";

  /** RFC 3463 §3.2: bad destination mailbox. */
  private static final String NO_SUCH_MAILBOX = "1.1";

  /** RFC 3463 §3.2: bad sender's mailbox. */
  private static final String NO_SUCH_SENDER = "1.7";

  static final Setting<Action> RECIPIENT = Action.setting(
          "recipient", "A recipient that its mail host doesn't know.")
      .defaultsTo("reject");

  static final Setting<Action> SENDER = Action.setting(
          "sender",
          "A sender that its mail host doesn't know. Many hosts mind being asked for each spam that names them.")
      .defaultsTo("off");

  static final Setting<Action> UNKNOWN = Action.setting(
          "unknown", "An address whose mail host can't be asked now.")
      .defaultsTo("off");

  static final Setting<HostPort> HOST = Setting.hostPort(
      "host",
      "Whom to ask for recipients, such as the server behind this one. Not set: the mail hosts of the recipient's domain,"
          + " and recipients of local domains aren't asked for.");

  static final Setting<Boolean> PRIVATE_HOSTS = Setting.flag(
          "privateHosts",
          "Whether mail hosts that DNS names may have addresses that aren't public, such as 10.0.0.1. Whoever owns a domain"
              + " could make this server connect there. The one of 'host' always may.")
      .defaultsTo("false");

  static final Setting<String> DOMAINS = Setting.text(
          "domains", "Domains whose recipients are asked for. Not set: all.")
      .repeated();

  static final Setting<MailAddress> PROBE_SENDER = Setting.address(
      "probeSender",
      "The sender to ask with. Not set: the null reverse-path, which can't make two servers ask each other for ever.");

  static final Setting<Duration> TIMEOUT = Setting.duration(
          "askTimeout", "How long asking may take; less than the hook's time-out.")
      .defaultsTo("20s");

  static final Setting<Duration> KEEP_TAKEN = Setting.duration(
          "keepTaken", "How long it is remembered that an address exists.")
      .defaultsTo("7d");

  static final Setting<Duration> KEEP_REFUSED = Setting.duration(
          "keepRefused", "How long it is remembered that an address doesn't exist.")
      .defaultsTo("2h");

  static final Setting<Duration> KEEP_UNKNOWN = Setting.duration(
          "keepUnknown", "How long it is remembered that an address couldn't be asked for.")
      .defaultsTo("5m");

  static final Setting<Long> CAPACITY = Setting.number(
          "maxEntries", "Addresses remembered at most; some 300 octets each.", 100, 10_000_000)
      .defaultsTo("50000");

  static final Setting<Long> PER_MINUTE = Setting.number(
          "perMinute",
          "Questions within a minute at most; beyond, addresses are unknown.",
          1,
          100_000)
      .defaultsTo("120");

  private final Settings settings;
  private final Services services;
  private final List<String> domains;
  private final Exempt exempt;
  private final ExemptRecipients exemptRecipients;
  private final KnownAddresses recipients;
  private final KnownAddresses senders;

  private AddressVerification(Settings settings, Services services, InstantSource clock) {
    this.settings = settings;
    this.services = services;
    this.domains = settings.all(DOMAINS).stream()
        .map(domain -> domain.toLowerCase(Locale.ROOT))
        .toList();
    this.exempt = Exempt.of(settings);
    this.exemptRecipients = ExemptRecipients.of(settings);
    KnownAddresses.Rules rules = new KnownAddresses.Rules(
        settings.get(KEEP_TAKEN),
        settings.get(KEEP_REFUSED),
        settings.get(KEEP_UNKNOWN),
        settings.get(CAPACITY).intValue(),
        settings.get(PER_MINUTE));
    this.recipients = new KnownAddresses(rules, clock);
    this.senders = new KnownAddresses(rules, clock);
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return factory(InstantSource.system());
  }

  static SmtpHookFactory factory(InstantSource clock) {
    return new HookDefinition(
        NAME,
        "Asks the recipient's or the sender's mail host whether the address exists, and remembers the answer.",
        SettingSchema.of(
            RECIPIENT,
            SENDER,
            UNKNOWN,
            HOST,
            PRIVATE_HOSTS,
            DOMAINS,
            PROBE_SENDER,
            TIMEOUT,
            KEEP_TAKEN,
            KEEP_REFUSED,
            KEEP_UNKNOWN,
            CAPACITY,
            PER_MINUTE,
            ExemptRecipients.SETTING,
            Exempt.WHO),
        (settings, services) -> create(settings, services, clock));
  }

  private static SmtpHook create(Settings settings, Services services, InstantSource clock)
      throws InvalidSettingException {
    if (settings.get(TIMEOUT).isZero()) {
      throw new InvalidSettingException("askTimeout must be more than 0");
    }
    return new AddressVerification(settings, services, clock);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    if (exempt.covers(session) || exemptRecipients.cover(recipient.address())) {
      return Verdict.decline();
    }
    return sender(session)
        .or(() -> recipient(recipient.address()))
        .map(finding -> finding.verdict(NAME, session))
        .orElseGet(Verdict::decline);
  }

  private Optional<Finding> recipient(MailAddress address) {
    Action action = settings.get(RECIPIENT);
    Optional<HostPort> host = settings.find(HOST);
    if (action == Action.OFF
        || !(domains.isEmpty() || domains.contains(address.domain()))
        || (host.isEmpty() && services.users().isLocalDomain(address.domain()))) {
      return Optional.empty();
    }
    return found(
        recipients.ask(address, services.probe(), question(address, host)),
        action,
        NO_SUCH_MAILBOX,
        "Recipient " + address);
  }

  /** RFC 5321 §4.5.5: the null reverse-path is no address, and may always send. */
  private Optional<Finding> sender(SmtpSession session) {
    Action action = settings.get(SENDER);
    Optional<MailAddress> address = session
        .transaction()
        .flatMap(Envelope::sender)
        .filter(sender -> !services.users().isLocalDomain(sender.domain()));
    if (action == Action.OFF || address.isEmpty()) {
      return Optional.empty();
    }
    return found(
        senders.ask(address.get(), services.probe(), question(address.get(), Optional.empty())),
        action,
        NO_SUCH_SENDER,
        "Sender " + address.get());
  }

  private SmtpProbe.Question question(MailAddress address, Optional<HostPort> host) {
    return new SmtpProbe.Question(
        address,
        settings.find(PROBE_SENDER),
        host,
        settings.get(PRIVATE_HOSTS),
        settings.get(TIMEOUT));
  }

  private Optional<Finding> found(
      SmtpProbe.Answer answer, Action action, String detail, String who) {
    return switch (answer) {
      case SmtpProbe.Answer.Taken() -> Optional.empty();
      case SmtpProbe.Answer.Refused(String reply) ->
        Optional.of(
            new Finding(action, detail, who + " doesn't exist: " + reply, who + ": " + reply));
      case SmtpProbe.Answer.Unknown(String reason) ->
        settings.get(UNKNOWN) == Action.OFF
            ? Optional.empty()
            : Optional.of(new Finding(
                settings.get(UNKNOWN),
                "4.3",
                who + " can't be verified now",
                who + " can't be verified: " + reason));
    };
  }
}
