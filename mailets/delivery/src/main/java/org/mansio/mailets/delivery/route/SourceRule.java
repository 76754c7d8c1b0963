package org.mansio.mailets.delivery.route;

import java.util.Locale;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * Which mail leaves from a pool.
 *
 * @param sender {@code user@example.org}, {@code example.org}, {@code .example.org}, or {@code <>} for reports; empty: any
 * @param leastPriority of RFC 6710
 */
record SourceRule(String pool, Optional<String> sender, int leastPriority, int mostPriority) {
  static final String NULL_SENDER = "<>";

  /** Reads a sender, in the form that senders of envelopes are compared with. */
  static String pattern(String text) throws InvalidSettingException {
    if (text.equals(NULL_SENDER)) {
      return text;
    }
    try {
      return text.indexOf('@') > 0
          ? MailAddress.parse(text).toString().toLowerCase(Locale.ROOT)
          : DomainPattern.parse(text);
    } catch (InvalidAddressException | InvalidSettingException e) {
      throw new InvalidSettingException("option 'sender': '" + text
          + "' is none of user@example.org, example.org, .example.org (all below it) and <>");
    }
  }

  boolean matches(Envelope envelope) {
    int priority = envelope.priority();
    return priority >= leastPriority
        && priority <= mostPriority
        && sender.map(pattern -> matches(pattern, envelope.sender())).orElse(true);
  }

  private static boolean matches(String pattern, Optional<MailAddress> sender) {
    if (sender.isEmpty()) {
      return pattern.equals(NULL_SENDER);
    }
    String domain = sender.get().domain();
    return pattern.startsWith(".")
        ? domain.endsWith(pattern)
        : pattern.indexOf('@') > 0
            ? pattern.equals(sender.get().toString().toLowerCase(Locale.ROOT))
            : pattern.equals(domain);
  }
}
