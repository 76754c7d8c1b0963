package org.mansio.mailets.antispam.access;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.mailets.antispam.hook.Stage;
import org.mansio.spi.Services;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/**
 * An access list. At each stage the rules about what is known by then are looked up, and the first of them counts; so an
 * accepted network passes by the hooks behind this one at every stage but that of the message itself. Thread-safe.
 */
public final class AccessList implements SmtpHook {
  private static final String NAME = "AccessList";
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  static final Setting<String> ENTRIES = Setting.text(
      "entries",
      "Rules, one in a line: subject pattern decision [reply]. Subjects: network (192.0.2.0/24), host (the client's"
          + " verified name), helo, sender, recipient. Patterns: example.org, .example.org (with all below it),"
          + " user@example.org, user@, and <> for the null sender. Decisions: accept (no later hook is asked until the"
          + " message), reject, temporary, discard, mark. The first rule that matches counts. A # begins a remark.");

  static final Setting<String> FILE = Setting.text(
      "file",
      "A file with more rules, which come behind the entries; a relative path starts at the configuration folder. It is"
          + " read again when it changes; one with errors leaves the rules as they were, and the log says file and line.");

  static final Setting<Stage> FROM = Setting.choice(
          "from",
          "The first stage at which rules are looked up: connect, helo, mail or rcpt. Earlier spares work; at rcpt the"
              + " order of rules of different subjects counts fully.",
          Stage.class)
      .defaultsTo("connect");

  private final AccessFile list;
  private final Stage from;

  AccessList(AccessFile list, Stage from) {
    this.list = list;
    this.from = from;
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return new HookDefinition(
        NAME,
        "Accepts, refuses, discards or marks by network, host, HELO name, sender and recipient.",
        SettingSchema.of(ENTRIES, FILE, FROM),
        AccessList::create);
  }

  private static SmtpHook create(Settings settings, Services services)
      throws InvalidSettingException {
    List<String> lines =
        settings.find(ENTRIES).map(text -> text.lines().toList()).orElse(List.of());
    Optional<Path> file = settings.find(FILE).map(services.environment().configuration()::resolve);
    if (lines.isEmpty() && file.isEmpty()) {
      throw new InvalidSettingException("an access list needs entries or a file");
    }
    return new AccessList(
        new AccessFile(AccessRules.parse(lines, "entries", 0), file, LOOK_EVERY),
        settings.get(FROM));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict onConnect(SmtpSession session) {
    return from == Stage.CONNECT
        ? verdict(session, client(session, list.rules()))
        : Verdict.decline();
  }

  @Override
  public Verdict onHelo(SmtpSession session, String name) {
    if (from.compareTo(Stage.HELO) > 0) {
      return Verdict.decline();
    }
    AccessRules rules = list.rules();
    return verdict(session, AccessRules.first(client(session, rules), rules.helo(name)));
  }

  @Override
  public Verdict onMail(SmtpSession session) {
    return from.compareTo(Stage.MAIL) > 0
        ? Verdict.decline()
        : verdict(session, known(session, list.rules()));
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    AccessRules rules = list.rules();
    return verdict(
        session, AccessRules.first(known(session, rules), rules.recipient(recipient.address())));
  }

  private static Optional<AccessRule> client(SmtpSession session, AccessRules rules) {
    Optional<AccessRule> host =
        rules.hasHosts() ? session.remoteHost().flatMap(rules::host) : Optional.empty();
    return AccessRules.first(rules.network(session.remote().getAddress()), host);
  }

  private static Optional<AccessRule> known(SmtpSession session, AccessRules rules) {
    return AccessRules.first(
        client(session, rules),
        session.helo().flatMap(rules::helo),
        rules.sender(session.transaction().flatMap(Envelope::sender)));
  }

  private static Verdict verdict(SmtpSession session, Optional<AccessRule> rule) {
    return rule.map(found -> found.verdict(session, NAME)).orElseGet(Verdict::decline);
  }
}
