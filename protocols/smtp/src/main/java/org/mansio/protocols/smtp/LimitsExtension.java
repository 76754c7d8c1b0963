package org.mansio.protocols.smtp;

import java.util.List;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpSession;

/**
 * LIMITS (RFC 9422): says beforehand what MAIL and RCPT would only say when it is too late to plan for it.
 *
 * @param maxRecipients of one mail
 * @param maxMails of one session; 0 is no limit
 */
record LimitsExtension(int maxRecipients, int maxMails) implements SmtpExtension {
  @Override
  public String name() {
    return "limits";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    String mails = maxMails == 0 ? "" : " MAILMAX=" + maxMails;
    return List.of("LIMITS RCPTMAX=" + maxRecipients + mails);
  }
}
