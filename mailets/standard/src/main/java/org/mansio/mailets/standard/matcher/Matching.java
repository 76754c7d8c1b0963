package org.mansio.mailets.standard.matcher;

import java.util.ArrayList;
import java.util.List;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Matcher;

/** The two shapes of a matcher. */
final class Matching {
  private Matching() {}

  /** A question about one recipient. */
  @FunctionalInterface
  interface RecipientTest {
    boolean test(Recipient recipient) throws Exception;
  }

  /** A question about the mail as a whole. */
  @FunctionalInterface
  interface MailTest {
    boolean test(Mail mail) throws Exception;
  }

  /** Picks the recipients for which the answer is yes. */
  static Matcher eachRecipient(RecipientTest test) {
    return mail -> {
      List<Recipient> picked = new ArrayList<>();
      for (Recipient recipient : mail.recipients()) {
        if (test.test(recipient)) {
          picked.add(recipient);
        }
      }
      return picked;
    };
  }

  /** Picks all recipients or none. */
  static Matcher wholeMail(MailTest test) {
    return mail -> test.test(mail) ? mail.recipients() : List.of();
  }
}
