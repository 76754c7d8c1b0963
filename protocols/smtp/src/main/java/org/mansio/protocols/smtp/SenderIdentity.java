package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.protocols.smtp.SubmissionSettings.IdentityPolicy;
import org.mansio.spi.Services;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpReply;

/** Whether a user may give an address for the sender's (RFC 6409 §6.1). Thread-safe. */
record SenderIdentity(IdentityPolicy policy, Services services) {
  private static final SmtpReply NOT_YOURS =
      SmtpReply.of(553, "5.7.1", "This sender's address is not yours");

  /** Names of one mailbox; a group or a forward is somebody else's, too. */
  private static final Set<Alias.Kind> OWN_NAMES =
      Set.of(Alias.Kind.ADDRESS, Alias.Kind.DOMAIN, Alias.Kind.REGEX);

  /** More steps than any table that was meant. */
  private static final int MAX_STEPS = 10;

  /**
   * What is to be answered; empty when the sender is good.
   *
   * @param sender empty for the null reverse-path, which everybody may use: notices and receipts come so (RFC 5321 §4.5.5)
   */
  Optional<SmtpReply> refusal(Optional<MailAddress> user, Optional<MailAddress> sender) {
    if (user.isEmpty() || sender.isEmpty()) {
      return Optional.empty();
    }
    boolean good = switch (policy) {
      case OFF -> true;
      case RELAXED -> isNear(user.get(), sender.get()) || isOwn(user.get(), sender.get());
      case STRICT -> isOwn(user.get(), sender.get());
    };
    return good ? Optional.empty() : Optional.of(NOT_YOURS);
  }

  private boolean isNear(MailAddress user, MailAddress sender) {
    return sender.domain().equals(user.domain()) && services.users().isLocalDomain(sender.domain());
  }

  private boolean isOwn(MailAddress user, MailAddress sender) {
    MailAddress address = sender;
    for (int step = 0; step < MAX_STEPS; step++) {
      // Asked first: a user whose mail is forwarded is that user, and nobody else becomes it.
      Optional<MailAddress> mailbox = services.users().findUser(address);
      if (mailbox.isPresent()) {
        return mailbox.get().equals(user);
      }
      if (services.recipients().lookup(address)
          instanceof LocalRecipients.Answer.User(MailAddress owner, Optional<String> ignored)) {
        return owner.equals(user);
      }
      if (!(services.aliases().lookup(address)
              instanceof AliasMatch.Targets(Alias.Kind kind, List<MailAddress> targets))
          || !OWN_NAMES.contains(kind)
          || targets.size() != 1) {
        return false;
      }
      address = targets.getFirst();
    }
    return false;
  }
}
