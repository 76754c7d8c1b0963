package org.mansio.mailets.standard.matcher;

import static org.mansio.mailets.standard.matcher.Matching.wholeMail;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.mansio.mailets.standard.definition.Condition;
import org.mansio.mailets.standard.definition.MatcherDefinition;
import org.mansio.mailets.standard.mime.PartHeaders;
import org.mansio.spi.Services;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.InvalidSettingException;

/** Questions about the message as a whole and its parts. */
public final class ContentMatchers {
  private ContentMatchers() {}

  /** The factories. */
  public static List<MatcherFactory> all() {
    return List.of(
        new MatcherDefinition(
            "SizeGreaterThan",
            "Mail whose message is larger than so many octets; k, m and g stand for 2^10, 2^20 and 2^30.",
            ContentMatchers::sizeGreaterThan),
        new MatcherDefinition(
            "HasAttachment",
            "Mail in which some part, at any depth, says that it is an attachment (RFC 2183). Takes no condition.",
            ContentMatchers::hasAttachment),
        new MatcherDefinition(
            "AttachmentFileNameIs",
            "Mail with an attachment whose decoded file name is in the list, separated by commas; '*' stands for any"
                + " characters, case doesn't matter. Archives aren't opened.",
            ContentMatchers::fileNameIs));
  }

  private static Matcher sizeGreaterThan(String condition, Services services)
      throws InvalidSettingException {
    long limit = new Condition(condition).size();
    return wholeMail(mail -> mail.message().size() > limit);
  }

  private static Matcher hasAttachment(String condition, Services services)
      throws InvalidSettingException {
    new Condition(condition).none();
    return wholeMail(mail -> PartHeaders.anyAttachment(mail.message(), name -> true));
  }

  private static Matcher fileNameIs(String condition, Services services)
      throws InvalidSettingException {
    List<Pattern> masks = new ArrayList<>();
    for (String mask : new Condition(condition).list()) {
      String regex = Pattern.quote(mask).replace("*", "\\E.*\\Q");
      masks.add(
          Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL));
    }
    return wholeMail(mail -> PartHeaders.anyAttachment(
        mail.message(),
        name -> name.filter(n -> masks.stream().anyMatch(mask -> mask.matcher(n).matches()))
            .isPresent()));
  }
}
