package org.mansio.mailets.standard.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.mailets.standard.mime.MailDate;
import org.mansio.mailets.standard.mime.MultipartComposer;
import org.mansio.mailets.standard.mime.OriginalMessage;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Envelope.ReturnContent;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.queue.SpooledMail;

/**
 * A delivery status notification: a multipart/report (RFC 6522) with a text to read, the fields of RFC 3464 and the
 * message or its header fields. For mail with UTF-8 in addresses or header fields the forms of RFC 6533. Immutable.
 *
 * @param from who it comes from, in the header; the envelope has the null reverse-path
 * @param maxReturned a message larger than this, in octets, isn't returned whole
 * @param unasked how much is returned where the sender didn't say (RFC 3461 §4.3 leaves it open)
 * @param text stands at the top of the text to read; empty for none
 */
public record DeliveryStatusNotice(
    Environment environment,
    MailAddress from,
    long maxReturned,
    ReturnContent unasked,
    String text) {
  /** Octets of a message that is returned whole where nothing is configured: most letters without attachments. */
  public static final long DEFAULT_MAX_RETURNED = 64 << 10;

  private static final int HASH_OCTETS = 10;

  /** Notices as they are where nothing is configured. */
  public DeliveryStatusNotice(Environment environment) {
    this(environment, environment.postmaster(), DEFAULT_MAX_RETURNED, ReturnContent.FULL, "");
  }

  /**
   * The notice, ready to be sent.
   *
   * @param to who gets it
   * @param reported recipients that share one action, each with its status; at least one
   * @throws IOException when the message can't be read
   */
  public SpooledMail compose(Mail mail, MailAddress to, List<Recipient> reported)
      throws IOException {
    Action action = reported.getFirst().status().orElseThrow().action();
    // RFC 6533 §1: only to a side that takes it; other mail is reported in ASCII.
    boolean international = to.isInternational() || OriginalMessage.isInternational(mail);
    boolean whole = isReturnedWhole(mail, action);
    StatusFields fields = new StatusFields(mail, environment.hostname(), international);
    String status = international ? "global-delivery-status" : "delivery-status";
    MultipartComposer composer = new MultipartComposer()
        .add(
            MultipartComposer.text(new ReportText(mail, environment, action).write(text, reported)))
        .add(new MultipartComposer.Part(
            "message/" + status, fields.text(reported).getBytes(StandardCharsets.UTF_8)))
        .add(whole ? OriginalMessage.whole(mail, maxReturned) : OriginalMessage.headers(mail));
    // RFC 6533 §5: the report type is the same for both forms.
    Message message = composer.compose(
        headers(mail, to, action, reported), "multipart/report; report-type=delivery-status");
    return SpooledMail.arriving(
        queueId(mail, action, reported),
        envelope(mail, to, composer.isSevenBit(), international),
        message.content(),
        Origin.local());
  }

  // RFC 3461 §4.3: RET=FULL speaks of failures only. RFC 8689 §5: what needed TLS isn't returned
  // whole.
  private boolean isReturnedWhole(Mail mail, Action action) {
    return action == Action.FAILED
        && mail.envelope().returnContent().orElse(unasked) == ReturnContent.FULL
        && !mail.envelope().requiresTls()
        && OriginalMessage.fits(mail, maxReturned);
  }

  private static Envelope envelope(
      Mail mail, MailAddress to, boolean sevenBit, boolean international) {
    Map<String, String> parameters =
        mail.envelope().requiresTls() ? Map.of(Envelope.REQUIRE_TLS, "") : Map.of();
    return new Envelope(
        Optional.empty(),
        List.of(Recipient.of(to)),
        sevenBit ? BodyType.SEVEN_BIT : BodyType.EIGHT_BIT_MIME,
        international,
        Optional.empty(),
        Optional.empty(),
        parameters);
  }

  private Headers headers(Mail mail, MailAddress to, Action action, List<Recipient> reported)
      throws IOException {
    Headers headers = Headers.empty()
        .append(HeaderField.of("Date", MailDate.format(Instant.now())))
        .append(HeaderField.of("From", "Mail Delivery System <" + from + ">"))
        .append(HeaderField.of("To", to.toString()))
        .append(HeaderField.of("Subject", ReportText.subject(action)))
        .append(HeaderField.of("Message-ID", messageId(mail, action, reported)))
        .append(HeaderField.of("Auto-Submitted", "auto-replied"));
    Optional<String> original =
        mail.message().headers().value("Message-ID").filter(DeliveryStatusNotice::isMessageId);
    return original.isPresent()
        ? headers
            .append(HeaderField.of("In-Reply-To", original.get()))
            .append(HeaderField.of("References", original.get()))
        : headers;
  }

  private static boolean isMessageId(String value) {
    return EncodedWords.isAscii(value) && value.length() < 250 && value.matches("<[^<>\\s]+>");
  }

  // The same report of the same mail has the same ids, also when it is made again after a crash.
  private String messageId(Mail mail, Action action, List<Recipient> reported) {
    return "<" + mail.id() + "." + identity(mail, action, reported) + "@" + environment.hostname()
        + ">";
  }

  private static MailId queueId(Mail mail, Action action, List<Recipient> reported) {
    return new MailId(identity(mail, action, reported).toUpperCase(Locale.ROOT));
  }

  private static String identity(Mail mail, Action action, List<Recipient> reported) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((mail.id() + " " + action).getBytes(StandardCharsets.UTF_8));
      reported.forEach(
          recipient -> digest.update((" " + recipient).getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest(), 0, HASH_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
