package org.mansio.mailets.standard.matcher;

import static org.mansio.mailets.standard.matcher.Matching.eachRecipient;
import static org.mansio.mailets.standard.matcher.Matching.wholeMail;

import java.util.List;
import java.util.regex.Pattern;
import org.mansio.mailets.standard.definition.Condition;
import org.mansio.mailets.standard.definition.MatcherDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.Recipient.Notify;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.InvalidSettingException;

/** Questions about recipients. */
public final class RecipientMatchers {
  private RecipientMatchers() {}

  /** The factories. */
  public static List<MatcherFactory> all() {
    return List.of(
        new MatcherDefinition(
            "All", "Every recipient. Takes no condition.", RecipientMatchers::every),
        new MatcherDefinition(
            "RecipientIs",
            "Recipients that are in the list of addresses, separated by commas; case doesn't matter.",
            RecipientMatchers::is),
        new MatcherDefinition(
            "RecipientIsRegex",
            "Recipients whose whole address matches the regular expression.",
            RecipientMatchers::matchesRegex),
        new MatcherDefinition(
            "RecipientDomainIs",
            "Recipients in one of the domains, separated by commas; subdomains count as other domains.",
            RecipientMatchers::domainIs),
        new MatcherDefinition(
            "HostIs",
            "The same as RecipientDomainIs, under its older name.",
            RecipientMatchers::domainIs),
        new MatcherDefinition(
            "UserIs",
            "Recipients whose local part is in the list, in any domain; case doesn't matter.",
            RecipientMatchers::userIs),
        new MatcherDefinition(
            "HostIsLocal",
            "Recipients in a domain of this server, whether or not their mailbox exists. Takes no condition.",
            RecipientMatchers::hostIsLocal),
        new MatcherDefinition(
            "RecipientIsLocal",
            "Recipients that this server takes mail for: users, subaddresses and aliases. Takes no condition.",
            RecipientMatchers::isLocal),
        new MatcherDefinition(
            "IsSingleRecipient",
            "The only recipient, if there is just one. Takes no condition.",
            RecipientMatchers::isSingle),
        new MatcherDefinition(
            "TooManyRecipients",
            "Every recipient of a mail that has more than the given number of them.",
            RecipientMatchers::tooMany),
        new MatcherDefinition(
            "DSNSuccessRequested",
            "Recipients whose NOTIFY parameter (RFC 3461) asks for SUCCESS. Takes no condition.",
            (condition, services) -> wants(condition, Notify.SUCCESS)),
        new MatcherDefinition(
            "DSNFailureRequested",
            "Recipients whose NOTIFY parameter (RFC 3461) asks for FAILURE or is absent. Takes no condition.",
            (condition, services) -> wants(condition, Notify.FAILURE)),
        new MatcherDefinition(
            "DSNDelayRequested",
            "Recipients whose NOTIFY parameter (RFC 3461) asks for DELAY or is absent. Takes no condition.",
            (condition, services) -> wants(condition, Notify.DELAY)),
        new MatcherDefinition(
            "IsRemoteDeliveryPermanentError",
            "Recipients that a delivery gave up with a status 5.x.x. Takes no condition.",
            (condition, services) -> statusClass(condition, 5)),
        new MatcherDefinition(
            "IsRemoteDeliveryTemporaryError",
            "Recipients that a delivery reports with a status 4.x.x. Takes no condition.",
            (condition, services) -> statusClass(condition, 4)));
  }

  private static Matcher every(String condition, Services services) throws InvalidSettingException {
    new Condition(condition).none();
    return mail -> mail.recipients();
  }

  private static Matcher is(String condition, Services services) throws InvalidSettingException {
    List<MailAddress> addresses = new Condition(condition).addresses();
    return eachRecipient(
        recipient -> addresses.stream().anyMatch(recipient.address()::sameMailbox));
  }

  private static Matcher matchesRegex(String condition, Services services)
      throws InvalidSettingException {
    Pattern pattern = new Condition(condition).regex();
    return eachRecipient(
        recipient -> pattern.matcher(recipient.address().toString()).matches());
  }

  private static Matcher domainIs(String condition, Services services)
      throws InvalidSettingException {
    List<String> domains = new Condition(condition).domains();
    return eachRecipient(recipient -> domains.contains(recipient.address().domain()));
  }

  private static Matcher userIs(String condition, Services services)
      throws InvalidSettingException {
    List<String> users = new Condition(condition).list();
    return eachRecipient(
        recipient -> users.stream().anyMatch(recipient.address().localPart()::equalsIgnoreCase));
  }

  private static Matcher hostIsLocal(String condition, Services services)
      throws InvalidSettingException {
    new Condition(condition).none();
    return eachRecipient(
        recipient -> services.users().isLocalDomain(recipient.address().domain()));
  }

  private static Matcher isLocal(String condition, Services services)
      throws InvalidSettingException {
    new Condition(condition).none();
    return eachRecipient(recipient -> isTaken(services.recipients().lookup(recipient.address())));
  }

  private static boolean isTaken(LocalRecipients.Answer answer) {
    return switch (answer) {
      // An alias stays local behind RecipientRewriteTable: a user's forward that keeps a copy is
      // both.
      case LocalRecipients.Answer.User user -> true;
      case LocalRecipients.Answer.Mapped mapped -> true;
      case LocalRecipients.Answer.NotLocal notLocal -> false;
      case LocalRecipients.Answer.Unknown unknown -> false;
      case LocalRecipients.Answer.Rejected rejected -> false;
    };
  }

  private static Matcher isSingle(String condition, Services services)
      throws InvalidSettingException {
    new Condition(condition).none();
    return wholeMail(mail -> mail.recipients().size() == 1);
  }

  private static Matcher tooMany(String condition, Services services)
      throws InvalidSettingException {
    int limit = new Condition(condition).number(1);
    return wholeMail(mail -> mail.recipients().size() > limit);
  }

  private static Matcher wants(String condition, Notify notify) throws InvalidSettingException {
    new Condition(condition).none();
    return eachRecipient(recipient -> recipient.wants(notify));
  }

  private static Matcher statusClass(String condition, int statusClass)
      throws InvalidSettingException {
    new Condition(condition).none();
    return eachRecipient(recipient -> hasClass(recipient, statusClass));
  }

  private static boolean hasClass(Recipient recipient, int statusClass) {
    return recipient
        .status()
        .filter(status -> status.status().statusClass() == statusClass)
        .isPresent();
  }
}
