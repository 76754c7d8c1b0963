package org.mansio.mailets.antispam.client;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
 * Checks of the name in HELO or EHLO (RFC 5321 §4.1.1.1, §4.1.3). RFC 5321 §4.1.4 wants no mail refused because a name
 * can't be verified, and many real servers have bad ones; so all but a claim to be this server only mark unless set
 * otherwise. Thread-safe.
 */
public final class HeloCheck {
  private static final String NAME = "HeloCheck";

  /** RFC 5321 §4.1.2, with at least two labels, and the underscore that some have. */
  private static final Pattern DOMAIN = Pattern.compile(
      "(?=.{1,255}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)+\\.?");

  private static final String IPV6_TAG = "ipv6:";

  static final Setting<Action> OWN_NAME = Action.setting(
          "ownName",
          "A client that says that it is this server: by its host name, the address that was connected to, or a local domain.")
      .defaultsTo("reject");

  static final Setting<Action> SYNTAX = Action.setting(
          "syntax", "A name that is neither a fully qualified domain nor an address literal.")
      .defaultsTo("mark");

  static final Setting<Action> LITERAL_MISMATCH = Action.setting(
          "literalMismatch", "An address literal that isn't the client's address.")
      .defaultsTo("mark");

  static final Setting<Action> UNRESOLVABLE = Action.setting(
          "unresolvable",
          "A domain that has neither an address nor an MX record; one that can't be looked up now doesn't count.")
      .defaultsTo("off");

  private final Settings settings;
  private final Services services;

  private HeloCheck(Settings settings, Services services) {
    this.settings = settings;
    this.services = services;
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return new HookDefinition(
        NAME,
        "Looks at the name that the client gives itself in HELO or EHLO.",
        SettingSchema.of(
            OWN_NAME,
            SYNTAX,
            LITERAL_MISMATCH,
            UNRESOLVABLE,
            StagedHook.STAGE,
            ExemptRecipients.SETTING,
            Exempt.WHO),
        HeloCheck::create);
  }

  private static SmtpHook create(Settings settings, Services services)
      throws InvalidSettingException {
    HeloCheck check = new HeloCheck(settings, services);
    return StagedHook.of(
        NAME,
        settings,
        Stage.HELO,
        (session, helo) ->
            helo.flatMap(name -> check.look(session, name.toLowerCase(Locale.ROOT))));
  }

  /** The gravest of what can be found: the one whose action does most. */
  private Optional<Finding> look(SmtpSession session, String name) {
    return Stream.of(
            finding(
                settings.get(OWN_NAME),
                claimsToBeUs(session, name),
                name,
                "is this server's own name"),
            finding(
                settings.get(SYNTAX),
                !isDomain(name) && !isLiteral(name),
                name,
                "isn't a host's name"),
            finding(
                settings.get(LITERAL_MISMATCH),
                isLiteral(name) && !names(name, session.remote().getAddress()),
                name,
                "isn't the client's address"),
            unresolvable(name))
        .flatMap(Optional::stream)
        .max((one, other) -> one.action().compareTo(other.action()));
  }

  private Optional<Finding> unresolvable(String name) {
    // Only asked where the answer counts.
    Action action = settings.get(UNRESOLVABLE);
    return action == Action.OFF || !isDomain(name)
        ? Optional.empty()
        : finding(action, !exists(name), name, "has no address");
  }

  private static Optional<Finding> finding(Action action, boolean found, String name, String what) {
    return found && action != Action.OFF
        ? Optional.of(
            new Finding(action, "7.1", "HELO name " + name + " " + what, name + " " + what))
        : Optional.empty();
  }

  private boolean claimsToBeUs(SmtpSession session, String name) {
    String domain = withoutFinalDot(name);
    InetAddress own = session.local().getAddress();
    return !session.remote().getAddress().equals(own)
        && (domain.equals(services.environment().hostname())
            || names(name, own)
            || domain.equals(own.getHostAddress())
            || (isDomain(name) && services.users().isLocalDomain(domain)));
  }

  private boolean exists(String name) {
    String domain = withoutFinalDot(name);
    return isThereOrUnknown(services.dns().addresses(domain))
        || isThereOrUnknown(services.dns().mx(domain));
  }

  private static boolean isThereOrUnknown(DnsAnswer<?> answer) {
    return answer instanceof DnsAnswer.Found<?> || answer instanceof DnsAnswer.Unknown<?>;
  }

  private static String withoutFinalDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isDomain(String name) {
    // What ends in digits is an address without its brackets.
    return DOMAIN.matcher(name).matches() && !name.matches(".*\\.[0-9]+\\.?");
  }

  private static boolean isLiteral(String name) {
    return address(name).isPresent();
  }

  private static boolean names(String literal, InetAddress address) {
    return address(literal).filter(address::equals).isPresent();
  }

  /** RFC 5321 §4.1.3. */
  private static Optional<InetAddress> address(String name) {
    if (!name.startsWith("[") || !name.endsWith("]")) {
      return Optional.empty();
    }
    String inner = name.substring(1, name.length() - 1);
    String text = inner.startsWith(IPV6_TAG) ? inner.substring(IPV6_TAG.length()) : inner;
    boolean possible = inner.startsWith(IPV6_TAG)
        ? text.matches("[0-9a-f:.]+") && text.contains(":")
        : text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    try {
      return possible ? Optional.of(InetAddress.ofLiteral(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
