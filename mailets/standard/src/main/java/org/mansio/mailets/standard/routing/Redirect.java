package org.mansio.mailets.standard.routing;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.mailets.standard.definition.Destination;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.mailets.standard.mime.MailDate;
import org.mansio.mailets.standard.mime.MultipartComposer;
import org.mansio.mailets.standard.mime.OriginalMessage;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Sends a mail to other recipients under a letter of this server, or with some of its header fields replaced. */
public final class Redirect implements Mailet {
  /** What the text of the letter holds. */
  enum Inline {
    UNALTERED,
    HEADS,
    NONE
  }

  /** What goes along with the letter. */
  enum Attachment {
    NONE,
    HEADS,
    MESSAGE
  }

  private static final Setting<Destination> RECIPIENTS = Destination.setting(
          "recipients",
          "Who gets it: addresses, 'postmaster', 'sender' or 'recipients', separated by commas.")
      .mandatory()
      .repeated();
  private static final Setting<MailAddress> SENDER = Setting.address(
      "sender",
      "Who sends it: the From field of the letter and the reverse-path; the postmaster when not set.");
  private static final Setting<MailAddress> REPLY_TO =
      Setting.address("replyTo", "The Reply-To field; none of its own when not set.");
  private static final Setting<String> SUBJECT =
      Setting.text("subject", "The subject; that of the mail when not set.");
  private static final Setting<String> PREFIX =
      Setting.text("prefix", "Stands in front of the subject.");
  private static final Setting<String> MESSAGE = Setting.text("message", "The text of the letter.");
  private static final Setting<Inline> INLINE = Setting.choice(
          "inline",
          "'unaltered': no letter, the mail itself with Subject and Reply-To replaced; 'heads': the text of the letter"
              + " shows the mail's header fields; 'none': only 'message' stands in the letter.",
          Inline.class)
      .defaultsTo("unaltered");
  private static final Setting<Attachment> ATTACHMENT = Setting.choice(
          "attachment",
          "What goes along with a letter: nothing, the mail's header fields, or all.",
          Attachment.class)
      .defaultsTo("message");

  /** A mail larger than this, in octets, goes along with its header fields only: letters are made in memory. */
  private static final long MAX_ATTACHED = 10L << 20;

  private final Settings settings;
  private final Environment environment;
  private final Onward onward;

  private Redirect(Settings settings, Environment environment) {
    this.settings = settings;
    this.environment = environment;
    onward = Onward.of(RECIPIENTS, settings, environment);
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
            "Redirect",
            "Sends the mail to other recipients, in the name of the sender set here: as it is, or under a letter.",
            SettingSchema.of(
                RECIPIENTS,
                SENDER,
                REPLY_TO,
                SUBJECT,
                PREFIX,
                MESSAGE,
                INLINE,
                ATTACHMENT,
                Onward.PASS_THROUGH,
                Onward.ERROR_PROCESSOR),
            (settings, services) -> new Redirect(settings, services.environment()))
        .endingWhen(settings -> !settings.get(Onward.PASS_THROUGH));
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    MailAddress from = settings.find(SENDER).orElseGet(environment::postmaster);
    boolean letter = settings.get(INLINE) != Inline.UNALTERED;
    Envelope old = mail.envelope();
    Envelope envelope = new Envelope(
        // RFC 5321 §4.5.5: a notice stays a notice, or its failure would come back here as another.
        mail.sender().map(author -> from),
        old.recipients(),
        letter ? BodyType.EIGHT_BIT_MIME : old.body(),
        old.smtpUtf8() || from.isInternational(),
        Optional.empty(),
        Optional.empty(),
        old.parameters());
    return onward.send(
        mail, envelope, (message, to) -> letter ? letter(mail, from, to) : replaced(message));
  }

  private Message replaced(Message message) throws IOException {
    Headers headers = message.headers();
    Headers edited = headers;
    if (settings.isSet(SUBJECT) || settings.isSet(PREFIX)) {
      edited = edited.set(subject(message));
    }
    if (settings.isSet(REPLY_TO)) {
      edited = edited.set(HeaderField.of("Reply-To", settings.get(REPLY_TO).toString()));
    }
    return edited.equals(headers) ? message : message.withHeaders(edited);
  }

  private Message letter(Mail mail, MailAddress from, List<MailAddress> to) throws IOException {
    List<String> text = new ArrayList<>();
    settings.find(MESSAGE).ifPresent(text::add);
    if (settings.get(INLINE) == Inline.HEADS) {
      text.add(OriginalMessage.headerText(mail.message()));
    }
    MultipartComposer composer =
        new MultipartComposer().add(MultipartComposer.text(String.join("\n\n", text) + "\n"));
    switch (settings.get(ATTACHMENT)) {
      case NONE -> {}
      case HEADS -> composer.add(OriginalMessage.headers(mail));
      case MESSAGE ->
        composer.add(
            OriginalMessage.fits(mail, MAX_ATTACHED)
                ? OriginalMessage.whole(mail, MAX_ATTACHED)
                : OriginalMessage.headers(mail));
    }
    return composer.compose(headers(mail, from, to), "multipart/mixed");
  }

  private Headers headers(Mail mail, MailAddress from, List<MailAddress> to) throws IOException {
    String names = to.stream().map(MailAddress::toString).collect(Collectors.joining(",\r\n "));
    Headers headers = Headers.empty()
        .append(HeaderField.of("Date", MailDate.format(Instant.now())))
        .append(HeaderField.of("From", from.toString()))
        .append(HeaderField.of("To", names))
        .append(subject(mail.message()))
        .append(
            HeaderField.of("Message-ID", "<" + MailId.next() + "@" + environment.hostname() + ">"))
        .append(HeaderField.of("Auto-Submitted", "auto-generated"));
    return settings
        .find(REPLY_TO)
        .map(address -> headers.append(HeaderField.of("Reply-To", address.toString())))
        .orElse(headers);
  }

  private HeaderField subject(Message message) throws IOException {
    String plain = settings
        .find(SUBJECT)
        .orElse(EncodedWords.decode(message.headers().value("Subject").orElse("(no subject)")));
    return EncodedWords.field(
        "Subject", settings.find(PREFIX).map(p -> p + " ").orElse("") + plain);
  }
}
