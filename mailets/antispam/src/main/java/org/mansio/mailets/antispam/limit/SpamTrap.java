package org.mansio.mailets.antispam.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mansio.mailets.antispam.hook.Action;
import org.mansio.mailets.antispam.hook.ClientNetworks;
import org.mansio.mailets.antispam.hook.Exempt;
import org.mansio.mailets.antispam.hook.Finding;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.mailets.antispam.hook.RecentMap;
import org.mansio.spi.Services;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/**
 * Addresses that nobody was ever told of: whoever writes to them collects addresses, and sends to others too. The client can
 * be shut out for a time, at all listeners. Thread-safe.
 */
public final class SpamTrap implements SmtpHook {
  private static final String NAME = "SpamTrap";

  /** Networks shut out at the same time; some 150 octets each. */
  private static final int CAPACITY = 100_000;

  static final Setting<MailAddress> RECIPIENTS = Setting.address(
          "recipients", "The trap addresses; they needn't exist.")
      .repeated()
      .mandatory();

  static final Setting<Action> ACTION = Action.setting(
          "action", "What becomes of the mail to them, for all its recipients that come after.")
      .defaultsTo("reject");

  static final Setting<Duration> BLOCK = Setting.duration(
          "block",
          "How long the client's network is turned away afterwards (554). 0: not. Forgotten at a restart.")
      .defaultsTo("0");

  static final Setting<Long> IPV4_PREFIX = ClientNetworks.ipv4Prefix(32);

  private final List<String> traps;
  private final Action action;
  private final Duration block;
  private final ClientNetworks networks;
  private final Exempt exempt;
  private final RecentMap<String, Instant> blocked;
  private final InstantSource clock;

  private SpamTrap(Settings settings, RecentMap<String, Instant> blocked, InstantSource clock) {
    this.traps = settings.all(RECIPIENTS).stream().map(SpamTrap::lower).toList();
    this.action = settings.get(ACTION);
    this.block = settings.get(BLOCK);
    this.networks = ClientNetworks.of(settings.get(IPV4_PREFIX), settings);
    this.exempt = Exempt.of(settings);
    this.blocked = blocked;
    this.clock = clock;
  }

  /** The factory; the hooks that it makes share whom they shut out. */
  public static SmtpHookFactory factory() {
    return factory(InstantSource.system());
  }

  static SmtpHookFactory factory(InstantSource clock) {
    RecentMap<String, Instant> blocked = new RecentMap<>(CAPACITY);
    return new HookDefinition(
        NAME,
        "Watches addresses that nobody should write to, and shuts out who does.",
        SettingSchema.of(
            RECIPIENTS, ACTION, BLOCK, IPV4_PREFIX, ClientNetworks.IPV6_PREFIX, Exempt.WHO),
        (settings, services) -> create(settings, services, blocked, clock));
  }

  private static SmtpHook create(
      Settings settings, Services services, RecentMap<String, Instant> blocked, InstantSource clock)
      throws InvalidSettingException {
    if (settings.all(RECIPIENTS).isEmpty()) {
      throw new InvalidSettingException("SpamTrap needs recipients");
    }
    return new SpamTrap(settings, blocked, clock);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict onConnect(SmtpSession session) {
    if (exempt.covers(session)) {
      return Verdict.decline();
    }
    return blockedUntil(session)
        .<Verdict>map(until -> new Verdict.Disconnect(
            SmtpReply.of(554, "5.7.1", "You wrote to a spam trap, come again later"),
            "wrote to a spam trap, shut out until " + until))
        .orElseGet(Verdict::decline);
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    return trapped(session, recipient.address())
        .map(finding -> finding.verdict(NAME, session))
        .orElseGet(Verdict::decline);
  }

  @Override
  public Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
    // Refused it is already; but the mail may have other recipients.
    return trapped(session, recipient)
        .filter(finding -> finding.action() == Action.MARK || finding.action() == Action.DISCARD)
        .map(finding -> finding.verdict(NAME, session))
        .orElseGet(Verdict::decline);
  }

  private Optional<Finding> trapped(SmtpSession session, MailAddress recipient) {
    if (!traps.contains(lower(recipient)) || exempt.covers(session)) {
      return Optional.empty();
    }
    if (!block.isZero()) {
      blocked.put(client(session), clock.instant().plus(block));
    }
    return Optional.of(
        new Finding(action, "7.1", "Access denied", "wrote to the spam trap " + recipient));
  }

  private Optional<Instant> blockedUntil(SmtpSession session) {
    return blocked.get(client(session)).filter(until -> clock.instant().isBefore(until));
  }

  private String client(SmtpSession session) {
    return networks.of(session.remote().getAddress());
  }

  private static String lower(MailAddress address) {
    return address.toString().toLowerCase(Locale.ROOT);
  }
}
