package org.mansio.protocols.smtp;

import java.time.Duration;
import java.util.Optional;
import org.mansio.protocols.core.RateLimiter;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpReply;

/**
 * How much a user may send in an hour, over all sessions of a listener: what a stolen password is worth. Thread-safe; bounded as
 * {@link RateLimiter} is.
 */
final class UserLimits {
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final SmtpReply TOO_MANY_MAILS =
      SmtpReply.of(450, "4.7.1", "Too many messages in an hour, try again later");
  private static final SmtpReply TOO_MANY_RECIPIENTS =
      SmtpReply.of(452, "4.7.1", "Too many recipients in an hour, try again later");

  private final RateLimiter<MailAddress> mails;
  private final RateLimiter<MailAddress> recipients;

  /** 0 is no limit. */
  UserLimits(long mailsInAnHour, long recipientsInAnHour) {
    mails = new RateLimiter<>(mailsInAnHour, PERIOD);
    recipients = new RateLimiter<>(recipientsInAnHour, PERIOD);
  }

  /** Counts a mail; the refusal when it is one too many. */
  Optional<SmtpReply> mail(Optional<MailAddress> user) {
    return user.isEmpty() || mails.tryAcquire(user.get())
        ? Optional.empty()
        : Optional.of(TOO_MANY_MAILS);
  }

  /** Counts a recipient; the refusal when it is one too many. */
  Optional<SmtpReply> recipient(Optional<MailAddress> user) {
    return user.isEmpty() || recipients.tryAcquire(user.get())
        ? Optional.empty()
        : Optional.of(TOO_MANY_RECIPIENTS);
  }
}
