package org.mansio.server.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.LocalRecipients.Answer;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an address means. In this order: the alias lines of exactly this address (error, address, group, forward); unless it
 * is a user, the lines of the address without its subaddress; the domain's alias; patterns; the user, with or without a
 * subaddress; the domain's catch-all; and the postmaster, who is always there (RFC 5321 §4.5.1).
 *
 * <p>Only addresses of local domains mean anything: no alias line makes this server relay. Thread-safe when the rows are.
 */
record Addressing(DirectoryRows rows, Rules rules) {
  private static final Logger LOG = LoggerFactory.getLogger(Addressing.class);
  private static final String POSTMASTER = "postmaster";
  private static final AliasMatch NONE = new AliasMatch.None();
  private static final List<Alias.Kind> OF_AN_ADDRESS =
      List.of(Alias.Kind.ERROR, Alias.Kind.ADDRESS, Alias.Kind.GROUP, Alias.Kind.FORWARD);

  private static final String TOO_LONG =
      "550 5.1.3 The address is too long in the domain that this one stands for";

  /** Steps from one address to others that one question follows at the most; beyond, the chain finds out. */
  private static final int MAX_STEPS = 50;

  /**
   * What is set.
   *
   * @param delimiter before a subaddress (RFC 5233); empty: there are none
   * @param postmaster who gets what a domain's postmaster should, when the domain has none
   * @param hostname of this server
   */
  record Rules(Optional<String> delimiter, MailAddress postmaster, String hostname) {}

  /** @param base canonical */
  private record Subaddressed(MailAddress base, String detail) {}

  /** Whether the domain has mailboxes here, or is another name of one. */
  boolean isLocal(String domain) {
    return rows.hasDomain(domain) || !ofDomain(domain, Alias.Kind.DOMAIN).isEmpty();
  }

  /** Whether this server takes mail for an address. */
  Answer lookup(MailAddress address) {
    return lookup(address, new int[] {MAX_STEPS});
  }

  private Answer lookup(MailAddress address, int[] stepsLeft) {
    MailAddress key = Mailboxes.canonical(address);
    if (!isLocal(key.domain())) {
      return isOwnPostmaster(key) ? new Answer.User(key, Optional.empty()) : new Answer.NotLocal();
    }
    return switch (step(address)) {
      case AliasMatch.Rejected rejected -> new Answer.Rejected(rejected.reply());
      case AliasMatch.Targets targets -> mapped(key, targets.targets(), stepsLeft);
      case AliasMatch.None none -> mailbox(address, key);
    };
  }

  /**
   * The server's postmaster at its own host name, which usually is no local domain: the mail can go nowhere else, and RFC
   * 5321 §4.5.1 has it taken.
   */
  private boolean isOwnPostmaster(MailAddress key) {
    return key.domain().equals(rules.hostname())
        && key.equals(Mailboxes.canonical(rules.postmaster()));
  }

  /** Mapped when one target at least may take mail: what can't be delivered is better refused here than returned later. */
  private Answer mapped(MailAddress key, List<MailAddress> targets, int[] stepsLeft) {
    Answer refusal = new Answer.Unknown();
    for (MailAddress target : targets) {
      if (stepsLeft[0]-- <= 0 || Mailboxes.canonical(target).equals(key)) {
        return new Answer.Mapped();
      }
      switch (lookup(target, stepsLeft)) {
        case Answer.Unknown unknown ->
          LOG.debug("{} leads to {}, which doesn't exist", key, target);
        case Answer.Rejected rejected -> refusal = rejected;
        case Answer.NotLocal remote -> {
          return new Answer.Mapped();
        }
        case Answer.User user -> {
          return new Answer.Mapped();
        }
        case Answer.Mapped further -> {
          return further;
        }
      }
    }
    return refusal;
  }

  private Answer mailbox(MailAddress address, MailAddress key) {
    if (rows.hasUser(key)) {
      return new Answer.User(key, Optional.empty());
    }
    Optional<Subaddressed> split = split(address);
    if (split.isPresent() && rows.hasUser(split.get().base())) {
      return new Answer.User(split.get().base(), Optional.of(split.get().detail()));
    }
    // A mailbox without a login, when the server's postmaster can't be reached either: mail to it
    // is kept, not lost.
    return key.localPart().equals(POSTMASTER)
        ? new Answer.User(key, Optional.empty())
        : new Answer.Unknown();
  }

  /** One step of rewriting. */
  AliasMatch step(MailAddress address) {
    MailAddress key = Mailboxes.canonical(address);
    if (!isLocal(key.domain())) {
      return NONE;
    }
    Optional<AliasMatch> match = lines(key, address, "");
    boolean isUser = rows.hasUser(key);
    Optional<Subaddressed> split = isUser ? Optional.empty() : split(address);
    if (match.isEmpty() && split.isPresent()) {
      match = lines(split.get().base(), address, split.get().detail());
    }
    match = match.or(() -> domainAlias(address, key)).or(() -> pattern(key));
    if (match.isPresent()) {
      return match.get();
    }
    if (isUser || split.isPresent() && rows.hasUser(split.get().base())) {
      return NONE;
    }
    return catchAll(key).or(() -> postmaster(key)).orElse(NONE);
  }

  private Optional<Subaddressed> split(MailAddress address) {
    int at = rules.delimiter().map(address.localPart()::indexOf).orElse(-1);
    if (at <= 0) {
      return Optional.empty();
    }
    int length = rules.delimiter().map(String::length).orElse(0);
    MailAddress base = address.withLocalPart(address.localPart().substring(0, at));
    return Optional.of(
        new Subaddressed(Mailboxes.canonical(base), address.localPart().substring(at + length)));
  }

  private Optional<AliasMatch> lines(MailAddress source, MailAddress asked, String detail) {
    List<Alias> all = rows.aliases(source.toString());
    for (Alias.Kind kind : OF_AN_ADDRESS) {
      List<Alias> lines = all.stream().filter(line -> line.kind() == kind).toList();
      if (!lines.isEmpty()) {
        return kind == Alias.Kind.ERROR
            ? Optional.of(new AliasMatch.Rejected(lines.getFirst().target()))
            : targets(kind, lines.stream().map(Alias::target).toList(), source, asked, detail);
      }
    }
    return Optional.empty();
  }

  private Optional<AliasMatch> targets(
      Alias.Kind kind, List<String> texts, MailAddress source, MailAddress asked, String detail) {
    List<MailAddress> targets = new ArrayList<>();
    for (String text : texts) {
      address(text)
          .map(target -> {
            if (Mailboxes.canonical(target).equals(source)) {
              return asked;
            }
            return kind == Alias.Kind.ADDRESS ? withDetail(target, detail) : target;
          })
          .ifPresent(targets::add);
    }
    return targets.isEmpty()
        ? Optional.empty()
        : Optional.of(new AliasMatch.Targets(kind, targets));
  }

  /** Another name of a mailbox takes the subaddress along, unless the local part would become too long. */
  private MailAddress withDetail(MailAddress target, String detail) {
    if (detail.isEmpty() || rules.delimiter().isEmpty()) {
      return target;
    }
    MailAddress detailed =
        target.withLocalPart(target.localPart() + rules.delimiter().get() + detail);
    return detailed.fits() ? detailed : target;
  }

  private List<Alias> ofDomain(String domain, Alias.Kind kind) {
    return rows.aliases("@" + domain).stream()
        .filter(line -> line.kind() == kind)
        .toList();
  }

  private Optional<AliasMatch> domainAlias(MailAddress address, MailAddress key) {
    return ofDomain(key.domain(), Alias.Kind.DOMAIN).stream()
        .findFirst()
        .map(line -> address.withDomain(line.target()))
        .map(target -> target.fits()
            ? new AliasMatch.Targets(Alias.Kind.DOMAIN, List.of(target))
            : new AliasMatch.Rejected(TOO_LONG));
  }

  private Optional<AliasMatch> pattern(MailAddress key) {
    for (DirectoryRows.PatternLine line : rows.patterns()) {
      try {
        Matcher matcher = line.pattern().matcher(new BoundedText(key.toString()));
        if (matcher.matches()) {
          return address(matcher.replaceFirst(line.target()))
              .map(target -> new AliasMatch.Targets(Alias.Kind.REGEX, List.of(target)));
        }
      } catch (BoundedText.Exceeded e) {
        throw DirectoryException.unavailable(
            "the alias pattern '" + line.pattern() + "' takes too long for " + key
                + "; write it without nested repetition",
            e);
      }
    }
    return Optional.empty();
  }

  private Optional<AliasMatch> catchAll(MailAddress key) {
    return ofDomain(key.domain(), Alias.Kind.CATCH_ALL).stream()
        .findFirst()
        .flatMap(line -> address(line.target()))
        .map(target -> new AliasMatch.Targets(Alias.Kind.CATCH_ALL, List.of(target)));
  }

  private Optional<AliasMatch> postmaster(MailAddress key) {
    MailAddress server = Mailboxes.canonical(rules.postmaster());
    if (!key.localPart().equals(POSTMASTER) || server.equals(key)) {
      return Optional.empty();
    }
    boolean reachable = isLocal(server.domain())
        ? rows.hasUser(server) || !rows.aliases(server.toString()).isEmpty()
        : !server.domain().equals(rules.hostname());
    return reachable
        ? Optional.of(new AliasMatch.Targets(Alias.Kind.ADDRESS, List.of(rules.postmaster())))
        : Optional.empty();
  }

  private static Optional<MailAddress> address(String text) {
    try {
      return Optional.of(MailAddress.parse(text));
    } catch (InvalidAddressException e) {
      LOG.warn("alias target '{}' is left out: {}", text, e.getMessage());
      return Optional.empty();
    }
  }
}
