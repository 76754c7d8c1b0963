package org.mansio.mailets.standard.report;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.mailets.standard.mime.MailDate;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.mailet.Mail;

/** The part of a report that people read. */
record ReportText(Mail mail, Environment environment, Action action) {
  /** Characters of a reply or subject that are shown; the fields of the report hold more. */
  private static final int MAX_SHOWN = 300;

  static String subject(Action action) {
    return switch (action) {
      case FAILED -> "Your mail could not be delivered";
      case DELAYED -> "Your mail is delayed";
      case DELIVERED -> "Your mail was delivered";
      case RELAYED -> "Your mail was passed on";
      case EXPANDED -> "Your mail was sent on to several recipients";
    };
  }

  String write(String preface, List<Recipient> recipients) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("This is the mail server ").append(environment.hostname()).append(".\n\n");
    if (!preface.isBlank()) {
      text.append(preface.strip()).append("\n\n");
    }
    text.append(explanation(recipients)).append("\n\n");
    recipients.forEach(recipient -> describe(text, recipient));
    mail.message()
        .headers()
        .value("Subject")
        .ifPresent(subject -> text.append("Subject of your mail: ")
            .append(oneLine(EncodedWords.decode(subject)))
            .append('\n'));
    text.append("It arrived here on ")
        .append(MailDate.format(mail.arrival()))
        .append(" under the number ");
    text.append(mail.id())
        .append(".\n\nIf you need help, write to ")
        .append(environment.postmaster())
        .append(".\n");
    return text.toString();
  }

  private String explanation(List<Recipient> recipients) {
    String timely = deliverBy(recipients).map(text -> " " + text).orElse("");
    return switch (action) {
      case FAILED ->
        "Your mail could not be delivered to the recipients below. It will not be tried again."
            + timely;
      case DELAYED ->
        "Your mail could not be delivered yet to the recipients below. It will be tried again"
            + retriedUntil(mail).map(end -> " until " + MailDate.format(end)).orElse("")
            + "; you need not send it again." + timely;
      case DELIVERED -> "Your mail lies in the mailbox of the recipients below.";
      case RELAYED ->
        mail.envelope().deliverBy().filter(DeliverBy::trace).isPresent()
            ? "Your mail, whose way you asked to trace, was passed on to the next server, for the recipients below."
            : "Your mail was passed on to a server that sends no delivery reports, for the recipients below.";
      case EXPANDED ->
        "The addresses below stand for several recipients. Your mail was sent on to all of them;"
            + " you will not get a report for each.";
    };
  }

  /** RFC 2852 §4: what the sender asked for, where it is why this report is made (X.4.7, delivery time expired). */
  private Optional<String> deliverBy(List<Recipient> recipients) {
    boolean expired = recipients.stream()
        .map(recipient -> recipient.status().orElseThrow().status())
        .anyMatch(status -> status.subject() == 4 && status.detail() == 7);
    return mail.envelope().deliverBy().filter(wish -> expired).map(wish -> switch (wish.mode()) {
      case RETURN ->
        "You asked for it to be delivered by " + MailDate.format(wish.deadline())
            + ", or returned.";
      case NOTIFY ->
        "You asked to be told if it isn't delivered by " + MailDate.format(wish.deadline()) + ".";
    });
  }

  /** When the queue gives it up; empty when it doesn't say. */
  static Optional<Instant> retriedUntil(Mail mail) {
    try {
      return mail.attributes().text(Attributes.RETRIED_UNTIL).map(Instant::parse);
    } catch (DateTimeParseException e) {
      // Set by a mailet: not worth the report.
      return Optional.empty();
    }
  }

  private static void describe(StringBuilder text, Recipient recipient) {
    RecipientStatus status = recipient.status().orElseThrow();
    text.append("  <").append(recipient.address()).append(">\n");
    if (!status.diagnostic().isBlank()) {
      text.append("    ");
      status.remoteMta().ifPresent(host -> text.append(oneLine(host)).append(" said: "));
      text.append(oneLine(status.diagnostic()))
          .append(" (")
          .append(status.status())
          .append(")\n");
    }
    text.append('\n');
  }

  private static String oneLine(String text) {
    String clean = text.replaceAll("[\\p{Cntrl} ]+", " ");
    return clean.length() <= MAX_SHOWN ? clean : clean.substring(0, MAX_SHOWN) + "...";
  }
}
