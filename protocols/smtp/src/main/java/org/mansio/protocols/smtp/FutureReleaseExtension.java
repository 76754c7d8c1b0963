package org.mansio.protocols.smtp;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpSession;

/**
 * FUTURERELEASE (RFC 4865): a user's mail that is to go out later, by HOLDFOR or HOLDUNTIL; either becomes a point in time.
 *
 * @param longest how far ahead that may be
 */
record FutureReleaseExtension(Duration longest, InstantSource clock) implements SmtpExtension {
  // RFC 4865 §3: one to nine digits, no leading zero.
  private static final String SECONDS = "[1-9][0-9]{0,8}";

  @Override
  public String name() {
    return "futurerelease";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return List.of("FUTURERELEASE " + longest.toSeconds() + " " + limit());
  }

  @Override
  public List<SmtpParameter> parameters() {
    // RFC 4865 §3 (5).
    return List.of(
        new MailParameter("HOLDFOR", 17, this::holdFor),
        new MailParameter(Envelope.HOLD_UNTIL, 34, this::holdUntil));
  }

  private Instant limit() {
    return clock.instant().plus(longest).truncatedTo(ChronoUnit.SECONDS);
  }

  private SmtpParameter.Result<Envelope> holdFor(
      SmtpSession session, Optional<String> value, Envelope envelope) {
    String seconds = value.orElse("");
    return seconds.matches(SECONDS)
        ? hold(envelope, clock.instant().plusSeconds(Long.parseLong(seconds)))
        : MailParameter.malformed("HOLDFOR is a number of seconds");
  }

  private SmtpParameter.Result<Envelope> holdUntil(
      SmtpSession session, Optional<String> value, Envelope envelope) {
    try {
      // RFC 4865 §3, with erratum 2040: the date-time of RFC 3339 §5.6.
      return hold(envelope, OffsetDateTime.parse(value.orElse("")).toInstant());
    } catch (DateTimeException e) {
      return MailParameter.malformed("HOLDUNTIL is a time such as 2026-12-24T18:00:00Z");
    }
  }

  private SmtpParameter.Result<Envelope> hold(Envelope envelope, Instant until) {
    if (envelope.holdUntil().isPresent()) {
      return MailParameter.malformed("HOLDFOR and HOLDUNTIL exclude each other");
    }
    if (until.isAfter(limit().plusSeconds(1))) {
      return MailParameter.malformed("Held for longer than " + longest.toSeconds() + " seconds");
    }
    // Kept in whole seconds: the next one, since before its time no mail goes out.
    Instant whole = until.truncatedTo(ChronoUnit.SECONDS);
    return MailParameter.taken(
        envelope.withHoldUntil(whole.isBefore(until) ? whole.plusSeconds(1) : whole));
  }
}
