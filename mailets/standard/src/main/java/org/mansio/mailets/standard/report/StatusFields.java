package org.mansio.mailets.standard.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.mailets.standard.mime.MailDate;
import org.mansio.mailets.standard.mime.Xtext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mailet.Mail;

/**
 * The fields of a message/delivery-status (RFC 3464 §2), or of a message/global-delivery-status (RFC 6533 §5).
 *
 * @param international whether characters beyond ASCII may stand in it
 */
record StatusFields(Mail mail, String hostname, boolean international) {
  /** RFC 5322 §2.1.1 sets 998; a reply that is longer is cut. */
  private static final int MAX_VALUE = 900;

  private static final Pattern SMTP_REPLY = Pattern.compile("[245]\\d\\d([ -].*)?");

  /** Groups of fields, an empty line between each. */
  String text(List<Recipient> recipients) {
    List<String> groups = new ArrayList<>();
    groups.add(String.join("\r\n", perMessage()) + "\r\n");
    recipients.forEach(
        recipient -> groups.add(String.join("\r\n", perRecipient(recipient)) + "\r\n"));
    return String.join("\r\n", groups);
  }

  private List<String> perMessage() {
    List<String> fields = new ArrayList<>();
    // RFC 3464 §2.2.1: as the sender gave it; ENVID had it in xtext.
    mail.envelope()
        .envelopeId()
        .ifPresent(id -> fields.add("Original-Envelope-Id: " + line(Xtext.decode(id))));
    fields.add("Reporting-MTA: dns; " + hostname);
    fields.add("X-Mansio-Queue-Id: " + mail.id());
    fields.add("Arrival-Date: " + MailDate.format(mail.arrival()));
    return fields;
  }

  private List<String> perRecipient(Recipient recipient) {
    RecipientStatus status = recipient.status().orElseThrow();
    List<String> fields = new ArrayList<>();
    recipient
        .originalRecipient()
        .ifPresent(orcpt -> fields.add("Original-Recipient: " + line(originalRecipient(orcpt))));
    fields.add("Final-Recipient: " + finalRecipient(recipient.address()));
    fields.add("Action: " + status.action().name().toLowerCase(Locale.ROOT));
    fields.add("Status: " + status.status());
    status.remoteMta().ifPresent(host -> fields.add("Remote-MTA: dns; " + line(host)));
    diagnostic(status).ifPresent(code -> fields.add("Diagnostic-Code: " + code));
    fields.add("Last-Attempt-Date: " + MailDate.format(status.at()));
    // RFC 3464 §2.3.9: for delayed recipients only.
    if (status.action() == RecipientStatus.Action.DELAYED) {
      ReportText.retriedUntil(mail)
          .ifPresent(end -> fields.add("Will-Retry-Until: " + MailDate.format(end)));
    }
    return fields;
  }

  // RFC 3464 §2.3.1 and RFC 3461 §4.2: the address as it was before xtext; its type stays. RFC 6533
  // §3 has its own encoding for utf-8, which is valid here as it stands, in ASCII reports too.
  private String originalRecipient(String orcpt) {
    int semicolon = orcpt.indexOf(';');
    if (orcpt.regionMatches(true, 0, "utf-8;", 0, 6)) {
      return international ? orcpt : Xtext.asciiOf(orcpt);
    }
    return semicolon < 0
        ? orcpt
        : orcpt.substring(0, semicolon + 1) + Xtext.decode(orcpt.substring(semicolon + 1));
  }

  private String finalRecipient(MailAddress address) {
    if (!address.isInternational()) {
      return "rfc822; " + address;
    }
    return "utf-8; " + (international ? address : Xtext.encodeUnicode(address.toString()));
  }

  private Optional<String> diagnostic(RecipientStatus status) {
    if (status.diagnostic().isBlank()) {
      return Optional.empty();
    }
    // RFC 3464 §2.3.6: "smtp" is for replies of a server; other types need "X-".
    boolean reply = SMTP_REPLY.matcher(status.diagnostic()).matches();
    return Optional.of((reply ? "smtp; " : "X-Mansio; ") + line(status.diagnostic()));
  }

  // What another server said must not become a field of its own, nor break a line's limit.
  private String line(String text) {
    String clean = text.replaceAll("[\\p{Cntrl} ]+", " ").strip();
    String allowed = international || EncodedWords.isAscii(clean)
        ? clean
        : clean.replaceAll("[^\\x20-\\x7e]", "?");
    return allowed.getBytes(StandardCharsets.UTF_8).length <= MAX_VALUE ? allowed : cut(allowed);
  }

  private static String cut(String text) {
    int end =
        text.offsetByCodePoints(0, Math.min(text.codePointCount(0, text.length()), MAX_VALUE / 4));
    return text.substring(0, end) + "...";
  }
}
