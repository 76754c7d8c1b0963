package org.mansio.mailets.antispam.client;

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
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpSession;

/**
 * Looks up the names of the client's address, and whether one of them leads back to it. What can't be found out now is no
 * finding (RFC 2505 §1.4). Thread-safe.
 */
public final class ReverseDnsCheck {
  private static final String NAME = "ReverseDnsCheck";

  /** Of an address with very many names only the first are tried. */
  private static final int MAX_NAMES = 10;

  /** RFC 7372 §3.3. */
  private static final String REVERSE_DNS_FAILED = "7.25";

  static final Setting<Action> NO_NAME =
      Action.setting("noName", "An address without a name (PTR record).").defaultsTo("mark");

  static final Setting<Action> UNCONFIRMED = Action.setting(
          "unconfirmed", "An address none of whose names has the address.")
      .defaultsTo("mark");

  private final Settings settings;
  private final Services services;

  private ReverseDnsCheck(Settings settings, Services services) {
    this.settings = settings;
    this.services = services;
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return new HookDefinition(
        NAME,
        "Looks whether the client's address has a name, and the name the address.",
        SettingSchema.of(
            NO_NAME, UNCONFIRMED, StagedHook.STAGE, ExemptRecipients.SETTING, Exempt.WHO),
        ReverseDnsCheck::create);
  }

  private static SmtpHook create(Settings settings, Services services)
      throws InvalidSettingException {
    ReverseDnsCheck check = new ReverseDnsCheck(settings, services);
    return StagedHook.of(NAME, settings, Stage.CONNECT, (session, helo) -> check.look(session));
  }

  private Optional<Finding> look(SmtpSession session) {
    InetAddress address = session.remote().getAddress();
    return switch (services.dns().names(address)) {
      case DnsAnswer.Found<String> found -> confirm(address, found.records());
      case DnsAnswer.NoSuchName<String>() -> noName(address);
      case DnsAnswer.NoData<String> none -> noName(address);
      case DnsAnswer.Unknown<String> ignored -> Optional.empty();
    };
  }

  private Optional<Finding> noName(InetAddress address) {
    return finding(
        settings.get(NO_NAME), "Client address " + address.getHostAddress() + " has no name");
  }

  private Optional<Finding> confirm(InetAddress address, List<String> names) {
    for (String name : names.stream().limit(MAX_NAMES).toList()) {
      switch (services.dns().addresses(name)) {
        case DnsAnswer.Found<InetAddress> found
        when found.records().contains(address) -> {
          return Optional.empty();
        }
        case DnsAnswer.Unknown<InetAddress> ignored -> {
          return Optional.empty();
        }
        case DnsAnswer.Found<InetAddress> ignored -> {}
        case DnsAnswer.NoData<InetAddress> none -> {}
        case DnsAnswer.NoSuchName<InetAddress>() -> {}
      }
    }
    return finding(
        settings.get(UNCONFIRMED),
        "The name of client address " + address.getHostAddress() + " doesn't lead back to it");
  }

  private static Optional<Finding> finding(Action action, String text) {
    return action == Action.OFF
        ? Optional.empty()
        : Optional.of(new Finding(action, REVERSE_DNS_FAILED, text, text));
  }
}
