package org.mansio.mailets.standard.routing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.Services;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.RecipientStatus;

/**
 * Follows the alias table from one address to all that stand for it in the end. Each address is looked up once, so that a
 * circle ends; depth and number of addresses are limited. Used once, by one thread.
 */
final class AliasExpansion {
  private static final Pattern REPLY =
      Pattern.compile("5\\d\\d[ -](?:(5\\.\\d{1,3}\\.\\d{1,3}) )?.*");

  // RFC 3463 §3.5: X.4.6 routing loop detected.
  private static final EnhancedStatus LOOP = new EnhancedStatus(5, 4, 6);

  // RFC 3463 §3.6: X.5.3 too many recipients.
  private static final EnhancedStatus TOO_MANY = new EnhancedStatus(5, 5, 3);

  // RFC 3463 §3.2: X.1.1 bad destination mailbox address.
  private static final EnhancedStatus NO_MAILBOX = new EnhancedStatus(5, 1, 1);

  private final Services services;
  private final Limits limits;
  private final Set<String> seen = new HashSet<>();
  private final Map<String, MailAddress> targets = new LinkedHashMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private final List<Delay> delays = new ArrayList<>();

  /**
   * How far an expansion goes.
   *
   * @param depth rewriting steps from an address to a target
   * @param addresses looked up for one recipient
   * @param delimiter between local part and detail (RFC 5233)
   */
  record Limits(int depth, int addresses, String delimiter) {}

  /** An address that is refused. */
  record Failure(MailAddress address, RecipientStatus status) {}

  /** An address that is refused for now. */
  record Delay(MailAddress address, String reply) {}

  /** What stands for an address in the end: one of these at least. */
  record Result(List<MailAddress> targets, List<Failure> failures, List<Delay> delays) {}

  AliasExpansion(Services services, Limits limits) {
    this.services = services;
    this.limits = limits;
  }

  /** Follows all lines from this address. */
  Result expand(MailAddress address) {
    visit(address, 0);
    if (seen.size() > limits.addresses()) {
      targets.clear();
      failures.clear();
      delays.clear();
      fail(
          address, TOO_MANY, "the alias stands for more than " + limits.addresses() + " addresses");
    } else if (targets.isEmpty() && failures.isEmpty() && delays.isEmpty()) {
      fail(address, LOOP, "the aliases of this address lead back to it");
    }
    return new Result(List.copyOf(targets.values()), List.copyOf(failures), List.copyOf(delays));
  }

  private void visit(MailAddress address, int depth) {
    if (seen.size() > limits.addresses() || !seen.add(key(address))) {
      return;
    }
    switch (step(address)) {
      case AliasMatch.None none -> targets.put(key(address), address);
      case AliasMatch.Rejected rejected -> refuse(address, rejected.reply());
      case AliasMatch.Targets next -> follow(address, next, depth);
    }
  }

  private void follow(MailAddress address, AliasMatch.Targets next, int depth) {
    for (MailAddress target : next.targets()) {
      if (target.sameMailbox(address)) {
        targets.put(key(address), address);
      } else if (depth >= limits.depth()) {
        fail(address, LOOP, "more than " + limits.depth() + " aliases in a row");
        return;
      } else {
        visit(target, depth + 1);
      }
    }
  }

  private AliasMatch step(MailAddress address) {
    return switch (services.recipients().lookup(address)) {
      // A name elsewhere is none of the table's business.
      case LocalRecipients.Answer.NotLocal notLocal -> new AliasMatch.None();
      case LocalRecipients.Answer.Rejected rejected -> new AliasMatch.Rejected(rejected.reply());
      case LocalRecipients.Answer.User user -> aliasOf(address);
      case LocalRecipients.Answer.Mapped mapped -> aliasOf(address);
      case LocalRecipients.Answer.Unknown unknown -> aliasOf(address);
    };
  }

  // What is said of exactly this address counts first, then what is said of it without its detail,
  // then what is said of the
  // domain or by a pattern; the catch-all takes only what no user has.
  private AliasMatch aliasOf(MailAddress address) {
    AliasMatch exact = services.aliases().lookup(address);
    if (isOfAddress(exact)) {
      return exact;
    }
    Optional<MailAddress> base = withoutDetail(address);
    if (base.isPresent()) {
      AliasMatch ofBase = services.aliases().lookup(base.get());
      if (isOfAddress(ofBase)) {
        return withDetail(ofBase, base.get(), address);
      }
    }
    return isCatchAll(exact) && isUser(address, base) ? new AliasMatch.None() : exact;
  }

  private boolean isUser(MailAddress address, Optional<MailAddress> base) {
    return services.users().findUser(address).isPresent()
        || base.flatMap(services.users()::findUser).isPresent();
  }

  private static boolean isOfAddress(AliasMatch match) {
    return switch (match) {
      case AliasMatch.None none -> false;
      case AliasMatch.Rejected rejected -> true;
      case AliasMatch.Targets targets ->
        switch (targets.kind()) {
          case ERROR, ADDRESS, GROUP, FORWARD -> true;
          case DOMAIN, REGEX, CATCH_ALL -> false;
        };
    };
  }

  private static boolean isCatchAll(AliasMatch match) {
    return match instanceof AliasMatch.Targets targets && targets.kind() == Alias.Kind.CATCH_ALL;
  }

  private Optional<MailAddress> withoutDetail(MailAddress address) {
    int at = limits.delimiter().isEmpty() ? -1 : address.localPart().indexOf(limits.delimiter());
    return at > 0
        ? Optional.of(address.withLocalPart(address.localPart().substring(0, at)))
        : Optional.empty();
  }

  // Another name of one local mailbox keeps the detail, and so does the copy that a forward keeps;
  // members of a group and
  // servers elsewhere wouldn't know what to do with it.
  private AliasMatch withDetail(AliasMatch match, MailAddress base, MailAddress address) {
    if (!(match instanceof AliasMatch.Targets(Alias.Kind kind, List<MailAddress> plain))) {
      return match;
    }
    String detail = address.localPart().substring(base.localPart().length());
    List<MailAddress> detailed = plain.stream()
        .map(target -> target.sameMailbox(base)
            ? address
            : kind == Alias.Kind.ADDRESS && services.users().isLocalDomain(target.domain())
                ? append(target, detail)
                : target)
        .toList();
    return new AliasMatch.Targets(kind, detailed);
  }

  private MailAddress append(MailAddress target, String detail) {
    MailAddress detailed = target.withLocalPart(target.localPart() + detail);
    return detailed.fits() && withoutDetail(target).isEmpty() ? detailed : target;
  }

  private void refuse(MailAddress address, String reply) {
    if (reply.startsWith("4")) {
      delays.add(new Delay(address, reply));
      return;
    }
    Matcher form = REPLY.matcher(reply);
    EnhancedStatus status =
        form.matches() && form.group(1) != null ? EnhancedStatus.parse(form.group(1)) : NO_MAILBOX;
    failures.add(new Failure(address, RecipientStatus.failed(status, reply)));
  }

  private void fail(MailAddress address, EnhancedStatus status, String reason) {
    failures.add(new Failure(address, RecipientStatus.failed(status, reason)));
  }

  static String key(MailAddress address) {
    return address.localPart().toLowerCase(Locale.ROOT) + "@" + address.domain();
  }
}
