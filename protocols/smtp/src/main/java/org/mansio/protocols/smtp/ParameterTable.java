package org.mansio.protocols.smtp;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpParameter.Result;
import org.mansio.spi.smtp.SmtpReply;

/**
 * The parameters of MAIL or of RCPT, each once, whoever contributed it (RFC 5321 §4.1.1.11). Immutable; thread-safe.
 *
 * @param <P> for which command
 */
final class ParameterTable<P extends SmtpParameter> {
  // esmtp-param of RFC 5321 §4.1.2; RFC 6531 §3.3 adds what isn't ASCII.
  private static final Pattern PARAMETER = Pattern.compile(
      "([A-Za-z0-9][A-Za-z0-9-]*)(?:=([\\x21-\\x3C\\x3E-\\x7E\\x{80}-\\x{10FFFF}]+))?");

  private final Map<String, P> byKeyword = new LinkedHashMap<>();

  /** @throws IllegalArgumentException when a keyword stands twice */
  ParameterTable(Collection<P> parameters) {
    for (P parameter : parameters) {
      if (byKeyword.putIfAbsent(parameter.keyword(), parameter) != null) {
        throw new IllegalArgumentException(
            "the parameter " + parameter.keyword() + " is there twice");
      }
    }
  }

  /** How much longer than 512 octets the command may be. */
  int extraOctets() {
    return byKeyword.values().stream().mapToInt(SmtpParameter::extraOctets).sum();
  }

  /**
   * Applies parameters one after the other.
   *
   * @param text all that follows the path
   * @param apply what one parameter with its value does to the value so far
   */
  <T> Result<T> apply(String text, T start, Application<P, T> apply) {
    T value = start;
    Set<String> seen = new HashSet<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(" +")) {
      Matcher form = PARAMETER.matcher(part);
      if (!form.matches()) {
        return new Result.Refused<>(Replies.syntax("Bad parameter syntax"));
      }
      String keyword = form.group(1).toUpperCase(Locale.ROOT);
      P parameter = byKeyword.get(keyword);
      if (parameter == null) {
        return new Result.Refused<>(
            SmtpReply.of(555, "5.5.4", "Parameter " + keyword + " not recognized"));
      }
      if (!seen.add(keyword)) {
        return new Result.Refused<>(Replies.syntax("Parameter " + keyword + " given twice"));
      }
      switch (apply.apply(parameter, Optional.ofNullable(form.group(2)), value)) {
        case Result.Applied<T>(T next) -> value = next;
        case Result.Refused<T> refused -> {
          return refused;
        }
      }
    }
    return new Result.Applied<>(value);
  }

  /** One parameter taken in. */
  @FunctionalInterface
  interface Application<P, T> {
    Result<T> apply(P parameter, Optional<String> argument, T value);
  }

  /** The parameters among mixed ones that are for one command. */
  static <P extends SmtpParameter> ParameterTable<P> of(
      Collection<SmtpParameter> all, Class<P> command) {
    Function<SmtpParameter, P> cast = command::cast;
    return new ParameterTable<>(
        all.stream().filter(command::isInstance).map(cast).toList());
  }
}
