package org.mansio.mailets.standard.matcher;

import static org.mansio.mailets.standard.matcher.Matching.wholeMail;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.mansio.mailets.standard.definition.Condition;
import org.mansio.mailets.standard.definition.MatcherDefinition;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.spi.Services;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.InvalidSettingException;

/** Questions about header fields (RFC 5322 §2.2); values are compared unfolded and decoded (RFC 2047). */
public final class HeaderMatchers {
  private HeaderMatchers() {}

  /** The factories. */
  public static List<MatcherFactory> all() {
    return List.of(
        new MatcherDefinition(
            "HasHeader",
            "Mail with a header field of that name, or 'name=value' with exactly that value; several conditions"
                + " joined by '+' have to hold together.",
            HeaderMatchers::hasHeader),
        new MatcherDefinition(
            "HasHeaderWithPrefix",
            "Mail with a header field whose name starts so; case doesn't matter.",
            HeaderMatchers::hasHeaderWithPrefix),
        new MatcherDefinition(
            "SubjectIs",
            "Mail whose decoded subject is exactly this text.",
            HeaderMatchers::subjectIs),
        new MatcherDefinition(
            "SubjectStartsWith",
            "Mail whose decoded subject starts with this text.",
            HeaderMatchers::subjectStartsWith),
        new MatcherDefinition(
            "RelayLimit",
            "Mail that has passed at least so many servers, counted by its Received fields: it goes in circles"
                + " (RFC 5321 §6.3).",
            HeaderMatchers::relayLimit));
  }

  private static Matcher hasHeader(String condition, Services services)
      throws InvalidSettingException {
    List<String> parts = Arrays.stream(new Condition(condition).required().split("\\+"))
        .map(String::strip)
        .toList();
    for (String part : parts) {
      if (part.isEmpty() || part.startsWith("=")) {
        throw new InvalidSettingException(
            "'" + condition + "' isn't of the form name, name=value or name+name=value");
      }
    }
    return wholeMail(mail -> {
      Headers headers = mail.message().headers();
      return parts.stream().allMatch(part -> has(headers, part));
    });
  }

  private static boolean has(Headers headers, String part) {
    int equals = part.indexOf('=');
    if (equals < 0) {
      return headers.contains(part);
    }
    String value = part.substring(equals + 1).strip();
    return headers.all(part.substring(0, equals).strip()).stream()
        .anyMatch(field -> EncodedWords.decode(field.value()).equals(value));
  }

  private static Matcher hasHeaderWithPrefix(String condition, Services services)
      throws InvalidSettingException {
    String prefix = new Condition(condition).required().toLowerCase(Locale.ROOT);
    return wholeMail(mail -> mail.message().headers().fields().stream()
        .anyMatch(field -> field.name().toLowerCase(Locale.ROOT).startsWith(prefix)));
  }

  private static Matcher subjectIs(String condition, Services services)
      throws InvalidSettingException {
    return subject(new Condition(condition).required()::equals);
  }

  private static Matcher subjectStartsWith(String condition, Services services)
      throws InvalidSettingException {
    String start = new Condition(condition).required();
    return subject(subject -> subject.startsWith(start));
  }

  private static Matcher subject(Predicate<String> test) {
    return wholeMail(mail -> mail.message()
        .headers()
        .value("Subject")
        .map(EncodedWords::decode)
        .filter(test)
        .isPresent());
  }

  private static Matcher relayLimit(String condition, Services services)
      throws InvalidSettingException {
    int limit = new Condition(condition).number(1);
    return wholeMail(mail -> mail.message().headers().all("Received").size() >= limit);
  }
}
