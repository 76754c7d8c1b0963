package org.mansio.mailets.antispam.milter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.smtp.SmtpReply;

/**
 * The reply in its own words that a milter wants sent ({@code SMFIR_REPLYCODE}). What can't be a reply of RFC 5321 §4.2 is
 * replaced, as Sendmail does it: a milter that refuses a mail in bad words still refuses it.
 */
final class RefusalText {
  static final SmtpReply REJECTED = SmtpReply.of(550, "5.7.1", "Command rejected");
  static final SmtpReply TRY_AGAIN = SmtpReply.of(451, "4.7.1", "Try again later");

  // RFC 5321 §4.2: 559 is the last code that the grammar has.
  private static final Pattern LINE = Pattern.compile(
      "([45][0-5][0-9])(?:[ -](?:([45])(\\.[0-9]{1,3}\\.[0-9]{1,3})(?: |$))?(.*))?",
      Pattern.DOTALL);

  /** As many lines as libmilter lets a program set. */
  private static final int MAX_LINES = 32;

  private RefusalText() {}

  /** Reads it; a line break is CR LF or LF, and a percent sign may stand doubled, as libmilter has it. */
  static SmtpReply parse(String text) {
    String[] lines = text.strip().replace("%%", "%").split("\r?\n", MAX_LINES + 1);
    Matcher first = LINE.matcher(lines[0]);
    if (!first.matches()) {
      return text.startsWith("4") ? TRY_AGAIN : REJECTED;
    }
    String code = first.group(1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < Math.min(lines.length, MAX_LINES); i++) {
      Matcher line = LINE.matcher(lines[i]);
      if (!line.matches() || !line.group(1).equals(code)) {
        return code.startsWith("4") ? TRY_AGAIN : REJECTED;
      }
      texts.add(printable(line.group(4)));
    }
    return new SmtpReply(Integer.parseInt(code), Optional.of(status(first)), texts);
  }

  /** RFC 2034 §4: the class of the status is that of the code. */
  private static EnhancedStatus status(Matcher line) {
    String given = line.group(2);
    String ofCode = line.group(1).substring(0, 1);
    return EnhancedStatus.parse(
        given != null && given.equals(ofCode) ? given + line.group(3) : ofCode + ".7.1");
  }

  private static String printable(@Nullable String text) {
    return text == null ? "" : text.replaceAll("[^\t -~]", "?");
  }
}
