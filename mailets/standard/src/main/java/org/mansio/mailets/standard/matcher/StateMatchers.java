package org.mansio.mailets.standard.matcher;

import static org.mansio.mailets.standard.matcher.Matching.wholeMail;

import java.util.List;
import java.util.regex.Pattern;
import org.mansio.mailets.standard.definition.Condition;
import org.mansio.mailets.standard.definition.MatcherDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.InvalidSettingException;

/** Questions about what the chain has learnt about the mail. */
public final class StateMatchers {
  private StateMatchers() {}

  /** The factories. */
  public static List<MatcherFactory> all() {
    return List.of(
        new MatcherDefinition(
            "HasMailAttribute",
            "Mail that has the attribute of that name.",
            StateMatchers::hasAttribute),
        new MatcherDefinition(
            "HasMailAttributeWithValue",
            "Mail whose attribute has exactly that value: 'name,value'.",
            StateMatchers::hasAttributeWithValue),
        new MatcherDefinition(
            "HasMailAttributeWithValueRegex",
            "Mail whose attribute's whole value matches the regular expression: 'name,expression'.",
            StateMatchers::hasAttributeWithRegex),
        new MatcherDefinition(
            "HasException",
            "Mail that is in the error processor because of an exception of that class or a subclass of it; the name"
                + " with or without its package.",
            StateMatchers::hasException));
  }

  private static Matcher hasAttribute(String condition, Services services)
      throws InvalidSettingException {
    String name = new Condition(condition).required();
    return wholeMail(mail -> mail.attributes().contains(name));
  }

  private static Matcher hasAttributeWithValue(String condition, Services services)
      throws InvalidSettingException {
    Condition.NameValue wanted = new Condition(condition).nameAndValue();
    return wholeMail(mail ->
        mail.attributes().text(wanted.name()).filter(wanted.value()::equals).isPresent());
  }

  private static Matcher hasAttributeWithRegex(String condition, Services services)
      throws InvalidSettingException {
    Condition.NameValue wanted = new Condition(condition).nameAndValue();
    Pattern pattern = new Condition(wanted.value()).regex();
    return wholeMail(mail -> mail.attributes()
        .text(wanted.name())
        .filter(text -> pattern.matcher(text).matches())
        .isPresent());
  }

  private static Matcher hasException(String condition, Services services)
      throws InvalidSettingException {
    String name = new Condition(condition).required();
    return wholeMail(mail -> mail.attributes().get(Attributes.EXCEPTION).stream()
        .flatMap(value -> value instanceof AttributeValue.Texts texts
            ? texts.values().stream()
            : java.util.stream.Stream.of(value.asText()))
        .anyMatch(thrown -> thrown.equals(name) || thrown.endsWith("." + name)));
  }
}
