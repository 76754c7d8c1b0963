package org.mansio.mailets.standard.matcher;

import static org.mansio.mailets.standard.matcher.Matching.wholeMail;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.mansio.mailets.standard.definition.Condition;
import org.mansio.mailets.standard.definition.MatcherDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.InvalidSettingException;

/** Questions about the reverse-path. The null reverse-path is matched by SenderIsNull only. */
public final class SenderMatchers {
  private SenderMatchers() {}

  /** The factories. */
  public static List<MatcherFactory> all() {
    return List.of(
        new MatcherDefinition(
            "SenderIs",
            "Mail whose reverse-path is in the list of addresses, separated by commas; case doesn't matter.",
            SenderMatchers::is),
        new MatcherDefinition(
            "SenderIsRegex",
            "Mail whose whole reverse-path matches the regular expression.",
            SenderMatchers::matchesRegex),
        new MatcherDefinition(
            "SenderDomainIs",
            "Mail whose reverse-path lies in one of the domains, separated by commas.",
            SenderMatchers::domainIs),
        new MatcherDefinition(
            "SenderIsNull",
            "Mail with the null reverse-path: delivery reports and automatic answers. Takes no condition.",
            SenderMatchers::isNull),
        new MatcherDefinition(
            "SenderIsLocal",
            "Mail whose reverse-path lies in a domain of this server. Says nothing of who sent it: anybody can"
                + " write any reverse-path. Takes no condition.",
            SenderMatchers::isLocal));
  }

  private static Matcher sender(Predicate<MailAddress> test) {
    return wholeMail(mail -> mail.sender().filter(test).isPresent());
  }

  private static Matcher is(String condition, Services services) throws InvalidSettingException {
    List<MailAddress> addresses = new Condition(condition).addresses();
    return sender(sender -> addresses.stream().anyMatch(sender::sameMailbox));
  }

  private static Matcher matchesRegex(String condition, Services services)
      throws InvalidSettingException {
    Pattern pattern = new Condition(condition).regex();
    return sender(sender -> pattern.matcher(sender.toString()).matches());
  }

  private static Matcher domainIs(String condition, Services services)
      throws InvalidSettingException {
    List<String> domains = new Condition(condition).domains();
    return sender(sender -> domains.contains(sender.domain()));
  }

  private static Matcher isNull(String condition, Services services)
      throws InvalidSettingException {
    new Condition(condition).none();
    return wholeMail(mail -> mail.sender().isEmpty());
  }

  private static Matcher isLocal(String condition, Services services)
      throws InvalidSettingException {
    new Condition(condition).none();
    return sender(sender -> services.users().isLocalDomain(sender.domain()));
  }
}
