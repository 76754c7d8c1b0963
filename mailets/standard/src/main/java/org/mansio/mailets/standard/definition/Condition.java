package org.mansio.mailets.standard.definition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * The text behind the {@code =} of a matcher, read as what the matcher wants. Each method throws {@link
 * InvalidSettingException} with what would be right.
 *
 * @param text trimmed; empty when there is none
 */
public record Condition(String text) {
  private static final Setting<Long> SIZE = Setting.size("condition", "A size.");

  /** Nothing may stand there. */
  public void none() throws InvalidSettingException {
    if (!text.isEmpty()) {
      throw new InvalidSettingException(
          "this matcher takes no condition, but '" + text + "' is given");
    }
  }

  /** Something has to stand there. */
  public String required() throws InvalidSettingException {
    if (text.isEmpty()) {
      throw new InvalidSettingException("this matcher needs a condition behind '='");
    }
    return text;
  }

  /** At least one item of a list, separated by commas or blanks. */
  public List<String> list() throws InvalidSettingException {
    required();
    return optionalList();
  }

  /** A list that may be empty, as an unset variable leaves it. */
  public List<String> optionalList() {
    return Arrays.stream(text.split("[,\\s]+")).filter(item -> !item.isEmpty()).toList();
  }

  /** A list of addresses. */
  public List<MailAddress> addresses() throws InvalidSettingException {
    List<MailAddress> result = new ArrayList<>();
    for (String item : list()) {
      try {
        result.add(MailAddress.parse(item));
      } catch (InvalidAddressException e) {
        throw new InvalidSettingException("'" + item + "' isn't an address: " + e.getMessage());
      }
    }
    return result;
  }

  /** A list of domains in the form that addresses have them: lower case, A-labels. */
  public List<String> domains() throws InvalidSettingException {
    List<String> result = new ArrayList<>();
    for (String item : list()) {
      try {
        result.add(MailAddress.parse("postmaster@" + item).domain());
      } catch (InvalidAddressException e) {
        throw new InvalidSettingException("'" + item + "' isn't a domain: " + e.getMessage());
      }
    }
    return result;
  }

  /** A list of networks that may be empty. */
  public List<Network> networks() throws InvalidSettingException {
    List<Network> result = new ArrayList<>();
    for (String item : optionalList()) {
      result.add(Network.parse(item));
    }
    return result;
  }

  /** A regular expression. */
  public Pattern regex() throws InvalidSettingException {
    try {
      return Pattern.compile(required());
    } catch (PatternSyntaxException e) {
      throw new InvalidSettingException(
          "not a regular expression: " + e.getDescription() + " at " + e.getIndex());
    }
  }

  /** A number of at least {@code min}. */
  public int number(int min) throws InvalidSettingException {
    try {
      int value = Integer.parseInt(required());
      if (value >= min) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new InvalidSettingException("'" + text + "' isn't a whole number");
    }
    throw new InvalidSettingException(text + " is less than " + min);
  }

  /** A size in octets, such as {@code 512}, {@code 64k} or {@code 20m}. */
  public long size() throws InvalidSettingException {
    required();
    return Settings.ofTexts(SettingSchema.of(SIZE), java.util.Map.of(SIZE.name(), text))
        .get(SIZE);
  }

  /** Two texts with a comma between them. */
  public NameValue nameAndValue() throws InvalidSettingException {
    int comma = text.indexOf(',');
    if (comma <= 0) {
      throw new InvalidSettingException("'" + text + "' isn't of the form name,value");
    }
    return new NameValue(
        text.substring(0, comma).strip(), text.substring(comma + 1).strip());
  }

  /** A name and the value that belongs to it. */
  public record NameValue(String name, String value) {}
}
