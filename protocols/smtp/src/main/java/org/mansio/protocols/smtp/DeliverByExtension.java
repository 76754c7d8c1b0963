package org.mansio.protocols.smtp;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;

/**
 * DELIVERBY (RFC 2852): the seconds that a mail may take become the point in time that rests with it.
 *
 * @param minimum the least that is taken for a mail to be returned otherwise; zero is no minimum
 */
record DeliverByExtension(Duration minimum, InstantSource clock) implements SmtpExtension {
  // RFC 2852 §4: at most nine digits.
  private static final Pattern VALUE =
      Pattern.compile("([+-]?[0-9]{1,9});([RN])(T?)", Pattern.CASE_INSENSITIVE);

  @Override
  public String name() {
    return "deliverby";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return List.of(minimum.isZero() ? "DELIVERBY" : "DELIVERBY " + minimum.toSeconds());
  }

  @Override
  public List<SmtpParameter> parameters() {
    // RFC 2852 §3 (5).
    return List.of(new MailParameter(Envelope.BY, 17, this::apply));
  }

  private SmtpParameter.Result<Envelope> apply(
      SmtpSession session, Optional<String> value, Envelope envelope) {
    Matcher parts = VALUE.matcher(value.orElse(""));
    if (!parts.matches()) {
      return MailParameter.malformed("BY is seconds, a semicolon, and R or N, perhaps with T");
    }
    long seconds = Long.parseLong(parts.group(1));
    boolean returned = parts.group(2).equalsIgnoreCase("R");
    // RFC 2852 §4: with R there must be time left.
    if (returned && seconds <= 0) {
      return MailParameter.malformed("BY with R needs more than 0 seconds");
    }
    if (returned && seconds < minimum.toSeconds()) {
      return new SmtpParameter.Result.Refused<>(
          SmtpReply.of(555, "5.5.4", "BY is less than the minimum of " + minimum.toSeconds()));
    }
    return MailParameter.taken(envelope.withDeliverBy(new DeliverBy(
        clock.instant().plusSeconds(seconds),
        returned ? DeliverBy.Mode.RETURN : DeliverBy.Mode.NOTIFY,
        !parts.group(3).isEmpty())));
  }
}
