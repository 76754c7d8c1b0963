package org.mansio.mailets.standard.routing;

import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.SettingSchema;

/** Gives every local domain its postmaster, as RFC 5321 §4.5.1 asks. */
public final class PostmasterAlias implements Mailet {
  private static final String POSTMASTER = "postmaster";

  private final Services services;

  private PostmasterAlias(Services services) {
    this.services = services;
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "PostmasterAlias",
        "Sends mail for postmaster of a local domain to the server's postmaster, unless the domain has a user or an"
            + " alias of that name.",
        SettingSchema.none(),
        (settings, services) -> new PostmasterAlias(services));
  }

  @Override
  public Outcome service(Mail mail) {
    if (mail.recipients().stream().anyMatch(this::isOrphan)) {
      mail.setRecipients(
          mail.recipients().stream().map(this::rewritten).distinct().toList());
    }
    return Outcome.next();
  }

  private Recipient rewritten(Recipient recipient) {
    return isOrphan(recipient)
        ? OriginalRecipient.keep(recipient).withAddress(services.environment().postmaster())
        : recipient;
  }

  private boolean isOrphan(Recipient recipient) {
    MailAddress address = recipient.address();
    return address.localPart().equalsIgnoreCase(POSTMASTER)
        && !address.sameMailbox(services.environment().postmaster())
        && services.users().isLocalDomain(address.domain())
        && services.users().findUser(address).isEmpty()
        && !hasAlias(address);
  }

  // A catch-all isn't meant for postmaster: nobody reads what spam fills.
  private boolean hasAlias(MailAddress address) {
    return switch (services.aliases().lookup(address)) {
      case AliasMatch.None none -> false;
      case AliasMatch.Targets targets -> targets.kind() != Alias.Kind.CATCH_ALL;
      // RFC 5321 §4.5.1 leaves no way to refuse postmaster.
      case AliasMatch.Rejected rejected -> false;
    };
  }
}
