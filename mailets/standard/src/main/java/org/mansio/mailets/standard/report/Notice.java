package org.mansio.mailets.standard.report;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.mailets.standard.mime.MailDate;
import org.mansio.mailets.standard.mime.MultipartComposer;
import org.mansio.mailets.standard.mime.OriginalMessage;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * A letter about a mail to the postmaster or the sender, with the reason and the mail or its header fields. It goes with
 * the null reverse-path and is never about another notice, so that notices make no circles. Immutable; thread-safe.
 */
public final class Notice {
  /** How much of the mail goes along. */
  public enum Attachment {
    NONE,
    HEADS,
    MESSAGE
  }

  private static final Setting<MailAddress> SENDER =
      Setting.address("sender", "The From address of the notice; the postmaster when not set.");
  private static final Setting<String> MESSAGE = Setting.text(
          "message", "The text at the top of the notice.")
      .defaultsTo("This mail needs attention.");
  private static final Setting<String> SUBJECT =
      Setting.text("subject", "The subject of the notice; that of the mail when not set.");
  private static final Setting<String> PREFIX =
      Setting.text("prefix", "Stands in front of the subject.");
  private static final Setting<Boolean> ATTACH_ERROR = Setting.flag(
          "attachError", "Whether the reason is told that brought the mail here.")
      .defaultsTo("true");
  private static final Setting<Attachment> ATTACHMENT = Setting.choice(
          "attachment",
          "How much of the mail goes along: nothing, its header fields, or all.",
          Attachment.class)
      .defaultsTo("heads");
  private static final Setting<Boolean> PASS_THROUGH = Setting.flag(
          "passThrough",
          "Whether the mail itself goes on to the next mailet; when false, it ends here.")
      .defaultsTo("true");

  /** Marks a notice, so that none is written about it. */
  private static final String NOTICE = "mansio.notice";

  /** A mail larger than this, in octets, goes along with its header fields only. */
  private static final long MAX_ATTACHED = 1 << 20;

  private final Settings settings;
  private final Environment environment;

  private Notice(Settings settings, Environment environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /** NotifyPostmaster. */
  public static MailetFactory toPostmaster() {
    return MailetDefinition.of(
            "NotifyPostmaster",
            "Tells the postmaster about the mail: envelope, reason, and its header fields or all of it.",
            schema(),
            (settings, services) -> {
              Notice notice = new Notice(settings, services.environment());
              return mail ->
                  notice.send(mail, Optional.of(services.environment().postmaster()));
            })
        .endingWhen(settings -> !settings.get(PASS_THROUGH));
  }

  /** NotifySender. */
  public static MailetFactory toSender() {
    return MailetDefinition.of(
            "NotifySender",
            "Tells the sender about the mail. Not the null reverse-path, and not who sent it automatically or through a"
                + " list (RFC 3834 §2). For failures use Bounce.",
            schema(),
            (settings, services) -> {
              Notice notice = new Notice(settings, services.environment());
              return mail ->
                  notice.send(mail, isAutomatic(mail) ? Optional.empty() : mail.sender());
            })
        .endingWhen(settings -> !settings.get(PASS_THROUGH));
  }

  private static SettingSchema schema() {
    return SettingSchema.of(
        SENDER, MESSAGE, SUBJECT, PREFIX, ATTACH_ERROR, ATTACHMENT, PASS_THROUGH);
  }

  private static boolean isAutomatic(Mail mail) throws IOException {
    Headers headers = mail.message().headers();
    boolean submitted = headers
        .value("Auto-Submitted")
        .filter(value -> !value.equalsIgnoreCase("no"))
        .isPresent();
    boolean list = headers.fields().stream()
        .anyMatch(field -> field.name().regionMatches(true, 0, "List-", 0, 5));
    boolean bulk = headers
        .value("Precedence")
        .filter(value -> value.matches("(?i)bulk|junk|list"))
        .isPresent();
    return submitted || list || bulk;
  }

  private Outcome send(Mail mail, Optional<MailAddress> to) throws IOException {
    String done;
    if (to.isEmpty() || mail.attributes().contains(NOTICE)) {
      done = "no notice: this mail is automatic or a notice itself";
    } else {
      mail.send(compose(mail, to.get()));
      done = "notice sent to " + to.get();
    }
    if (!settings.get(PASS_THROUGH)) {
      return Outcome.dropped(done);
    }
    mail.note(done);
    return Outcome.next();
  }

  private SpooledMail compose(Mail mail, MailAddress to) throws IOException {
    MultipartComposer composer = new MultipartComposer().add(MultipartComposer.text(text(mail)));
    boolean whole = OriginalMessage.fits(mail, MAX_ATTACHED);
    switch (settings.get(ATTACHMENT)) {
      case NONE -> {}
      case HEADS -> composer.add(OriginalMessage.headers(mail));
      case MESSAGE ->
        composer.add(
            whole ? OriginalMessage.whole(mail, MAX_ATTACHED) : OriginalMessage.headers(mail));
    }
    Message message = composer.compose(headers(mail, to), "multipart/mixed");
    boolean international = to.isInternational()
        || settings.get(ATTACHMENT) != Attachment.NONE && OriginalMessage.isInternational(mail);
    Envelope envelope = new Envelope(
        Optional.empty(),
        List.of(Recipient.of(to)),
        composer.isSevenBit() ? BodyType.SEVEN_BIT : BodyType.EIGHT_BIT_MIME,
        international,
        Optional.empty(),
        Optional.empty(),
        java.util.Map.of());
    SpooledMail letter = SpooledMail.arriving(envelope, message.content(), Origin.local());
    return letter.withAttributes(Attributes.none().with(NOTICE, new AttributeValue.Flag(true)));
  }

  private Headers headers(Mail mail, MailAddress to) throws IOException {
    String subject = settings
        .find(SUBJECT)
        .orElse(
            EncodedWords.decode(mail.message().headers().value("Subject").orElse("(no subject)")));
    MailAddress from = settings.find(SENDER).orElse(environment.postmaster());
    return Headers.empty()
        .append(HeaderField.of("Date", MailDate.format(Instant.now())))
        .append(HeaderField.of("From", from.toString()))
        .append(HeaderField.of("To", to.toString()))
        .append(EncodedWords.field(
            "Subject", settings.find(PREFIX).map(p -> p + " ").orElse("") + subject))
        .append(
            HeaderField.of("Message-ID", "<" + MailId.next() + "@" + environment.hostname() + ">"))
        // RFC 3834 §5: to the sender in answer to the mail, to the postmaster of the server's own
        // accord; both suppress
        // further answers.
        .append(HeaderField.of("Auto-Submitted", "auto-generated"));
  }

  private String text(Mail mail) {
    StringBuilder text = new StringBuilder(settings.get(MESSAGE)).append("\n\n");
    text.append("Mail ")
        .append(mail.id())
        .append(", arrived ")
        .append(MailDate.format(mail.arrival()))
        .append("\n");
    text.append("From: ").append(mail.envelope().reversePath()).append('\n');
    for (Recipient recipient : mail.recipients()) {
      text.append("To: <").append(recipient).append('>');
      recipient
          .status()
          .ifPresent(status -> text.append(": ")
              .append(status.diagnostic())
              .append(" (")
              .append(status.status())
              .append(')'));
      text.append('\n');
    }
    if (settings.get(ATTACH_ERROR)) {
      mail.attributes()
          .text(Attributes.ERROR)
          .ifPresent(error -> text.append("Reason: ").append(error).append('\n'));
    }
    return text.toString();
  }
}
