package org.mansio.mailets.delivery.tls;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.mansio.mailets.delivery.route.DomainPattern;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * The operator's policy for some destinations. Immutable.
 *
 * @param pattern a domain; {@code .domain} for all below it; {@code *} for all; lower case
 * @param names that the certificate may be for, with {@code verify} and {@code secure}; empty: those of the level. A name that
 *     begins with a dot stands for all below it
 */
public record DestinationTls(String pattern, TlsLevel level, Set<String> names) {
  private static final String SYNTAX =
      "write 'domain level' or 'domain level name name …', such as: bank.example secure .mail.example";

  public DestinationTls {
    Objects.requireNonNull(pattern);
    Objects.requireNonNull(level);
    names = Set.copyOf(names);
  }

  static DestinationTls parse(String text) throws InvalidSettingException {
    String[] words = text.toLowerCase(Locale.ROOT).strip().split("\\s+");
    if (words.length < 2) {
      throw new InvalidSettingException("'" + text + "' isn't a TLS policy: " + SYNTAX);
    }
    TlsLevel level = Arrays.stream(TlsLevel.values())
        .filter(each -> each.name().equalsIgnoreCase(words[1]))
        .findFirst()
        .orElseThrow(() ->
            new InvalidSettingException("'" + words[1] + "' isn't a level of TLS: " + levels()));
    Set<String> names = new LinkedHashSet<>();
    for (String name : Arrays.asList(words).subList(2, words.length)) {
      names.add(DomainPattern.parse(name));
    }
    if (!names.isEmpty() && level != TlsLevel.VERIFY && level != TlsLevel.SECURE) {
      throw new InvalidSettingException(
          "'" + text + "': names of certificates go with verify and secure only");
    }
    return new DestinationTls(pattern(words[0]), level, names);
  }

  /** What matches nothing would leave its mail unprotected without a word. */
  private static String pattern(String text) throws InvalidSettingException {
    return text.equals("*") || text.startsWith("[") && text.endsWith("]")
        ? text
        : DomainPattern.parse(text);
  }

  static String levels() {
    return Arrays.stream(TlsLevel.values())
        .map(level -> level.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  boolean isFor(String domain) {
    return pattern.equals("*")
        || (pattern.startsWith(".") ? domain.endsWith(pattern) : domain.equals(pattern));
  }
}
