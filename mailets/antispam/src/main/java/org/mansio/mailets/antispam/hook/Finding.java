package org.mansio.mailets.antispam.hook;

import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/**
 * What a check has found, and what it leads to.
 *
 * @param action what it leads to
 * @param detail the enhanced status behind its class, such as {@code 7.1}
 * @param text for the client
 * @param reason for log, trace and the mail's attribute
 */
public record Finding(Action action, String detail, String text, String reason) {
  private static final int MAX_TEXT = 400;

  /** The text must be fit for a reply: what came from outside is cut and cleaned. */
  public Finding {
    text = printable(text);
  }

  /** What a hook answers with it. @param hook its name */
  public Verdict verdict(String hook, SmtpSession session) {
    return switch (action) {
      case OFF -> Verdict.decline();
      case MARK -> {
        session.annotate(SmtpHook.MARK + hook, new AttributeValue.Text(reason));
        yield Verdict.decline();
      }
      case TEMPORARY -> new Verdict.Temporary(SmtpReply.of(450, "4." + detail, text), reason);
      case REJECT -> new Verdict.Permanent(SmtpReply.of(550, "5." + detail, text), reason);
      case DISCARD -> new Verdict.Discard(reason);
    };
  }

  /** A text as it may stand in a reply (RFC 5321 §4.2): printable ASCII, in one line. */
  public static String printable(String text) {
    StringBuilder result = new StringBuilder();
    text.chars().limit(MAX_TEXT).forEach(c -> result.append(c >= ' ' && c < 127 ? (char) c : '?'));
    return result.toString();
  }
}
