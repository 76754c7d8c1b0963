package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;

/**
 * NO-SOLICITING (RFC 3865): classes of solicitations that this server doesn't take, by what senders themselves say of their
 * mail, in the SOLICIT parameter or the Solicitation field.
 */
final class SolicitingExtension implements SmtpExtension {
  /** The parameter that the mail is kept with. */
  static final String SOLICIT = "SOLICIT";

  static final SmtpReply REFUSED =
      SmtpReply.of(550, "5.7.1", "Solicitations of this class are not welcome");

  // RFC 3865 §2.2: words with dots, then perhaps a colon and more of them; §2.1: at most 1000
  // characters in a line.
  private static final Pattern CLASS =
      Pattern.compile("[A-Za-z][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*(?::[A-Za-z0-9._-]+)*");
  private static final int MAX_LENGTH = 1000;

  private final List<String> classes;
  private final Set<String> unwelcome;

  /** @param classes those not taken; none leaves it at keeping what senders say */
  SolicitingExtension(List<String> classes) {
    this.classes = List.copyOf(classes);
    this.unwelcome =
        classes.stream().map(c -> c.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  static boolean isClass(String text) {
    return CLASS.matcher(text).matches();
  }

  @Override
  public String name() {
    return "no-soliciting";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return classes.isEmpty()
        ? List.of("NO-SOLICITING")
        : List.of("NO-SOLICITING " + String.join(",", classes));
  }

  @Override
  public List<SmtpParameter> parameters() {
    return List.of(new MailParameter(SOLICIT, MAX_LENGTH, this::apply));
  }

  private SmtpParameter.Result<Envelope> apply(
      SmtpSession session, Optional<String> value, Envelope envelope) {
    String[] given = value.orElse("").split(",", -1);
    for (String one : given) {
      if (!isClass(one)) {
        return MailParameter.malformed("SOLICIT is a list of solicitation classes");
      }
      if (isUnwelcome(one)) {
        return new SmtpParameter.Result.Refused<>(REFUSED);
      }
    }
    return MailParameter.taken(envelope.withParameter(SOLICIT, value.orElse("")));
  }

  /** Whether a Solicitation field names a class that isn't taken (RFC 3865 §2.5). */
  boolean refuses(Optional<String> solicitation) {
    return solicitation.stream()
        .flatMap(value -> Pattern.compile("[\\s,]+").splitAsStream(value))
        .anyMatch(this::isUnwelcome);
  }

  private boolean isUnwelcome(String one) {
    return unwelcome.contains(one.toLowerCase(Locale.ROOT));
  }
}
