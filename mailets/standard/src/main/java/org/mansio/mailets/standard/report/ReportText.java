package org.mansio.mailets.standard.report;

import java.io.IOException;
import java.util.List;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.mailets.standard.mime.MailDate;
import org.mansio.spi.Environment;
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
    text.append(explanation()).append("\n\n");
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

  private String explanation() {
    return switch (action) {
      case FAILED ->
        "Your mail could not be delivered to the recipients below. It will not be tried again.";
      case DELAYED ->
        "Your mail could not be delivered yet to the recipients below. It will be tried again;"
            + " you need not send it again.";
      case DELIVERED -> "Your mail lies in the mailbox of the recipients below.";
      case RELAYED ->
        "Your mail was passed on to a server that sends no delivery reports, for the recipients below.";
      case EXPANDED ->
        "The addresses below stand for several recipients. Your mail was sent on to all of them;"
            + " you will not get a report for each.";
    };
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
