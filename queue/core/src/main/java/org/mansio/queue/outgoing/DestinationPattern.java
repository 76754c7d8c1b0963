package org.mansio.queue.outgoing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/**
 * Which destinations something is set for: {@code example.org} for that one, {@code .example.org} for all domains below it,
 * {@code *} for all.
 *
 * @param text in lower case, A-labels
 */
public record DestinationPattern(String text) {
  /** The setting's type: patterns separated by spaces. */
  public static final Setting.Type<List<DestinationPattern>> TYPE = new Setting.Type<>(
      "destinations: example.org, .example.org for all below it, *",
      Setting.Kind.PLAIN,
      DestinationPattern::parseAll);

  private static final String ALL = "*";

  /** A domain with or without a port, or an address in brackets, as lanes are named. */
  private static final Pattern ONE =
      Pattern.compile("(?:[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*|\\[[0-9a-z:.%]+])(?::[0-9]{1,5})?");

  private static List<DestinationPattern> parseAll(String text) throws InvalidSettingException {
    List<DestinationPattern> patterns = new ArrayList<>();
    for (String one : text.strip().split("\\s+")) {
      patterns.add(parse(one));
    }
    return patterns;
  }

  /** @throws InvalidSettingException when the text isn't a pattern */
  public static DestinationPattern parse(String text) throws InvalidSettingException {
    if (text.equals(ALL)) {
      return new DestinationPattern(ALL);
    }
    String dot = text.startsWith(".") ? "." : "";
    String name = ascii(text.substring(dot.length()));
    if (!ONE.matcher(name).matches() || !dot.isEmpty() && name.matches("\\[.*|.*:.*")) {
      String hint = text.startsWith("*.") ? "; write ." + text.substring(2) : "";
      throw new InvalidSettingException("'" + text
          + "' isn't a destination: example.org, .example.org for all below it, or *" + hint);
    }
    return new DestinationPattern(dot + name);
  }

  /** As domains of recipients are written, a port left as it is. */
  private static String ascii(String name) {
    int colon = name.startsWith("[") ? -1 : name.indexOf(':');
    String domain = colon < 0 ? name : name.substring(0, colon);
    try {
      String ascii = MailAddress.parse("any@" + domain).domain();
      return (ascii + name.substring(domain.length())).toLowerCase(Locale.ROOT);
    } catch (InvalidAddressException e) {
      return name.toLowerCase(Locale.ROOT);
    }
  }

  /** The patterns that a destination fits, the most specific first. */
  static Stream<DestinationPattern> matching(String destination) {
    String name = destination.toLowerCase(Locale.ROOT);
    List<String> texts = new ArrayList<>();
    texts.add(name);
    if (!name.startsWith("[")) {
      int colon = name.indexOf(':');
      String domain = colon < 0 ? name : name.substring(0, colon);
      if (colon >= 0) {
        texts.add(domain);
      }
      for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
        texts.add(domain.substring(dot));
      }
    }
    texts.add(ALL);
    return texts.stream().map(DestinationPattern::new);
  }

  @Override
  public String toString() {
    return text;
  }
}
