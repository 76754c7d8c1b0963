package org.mansio.mailets.standard.routing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.mailets.standard.definition.Destination;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.mailets.standard.mime.MailDate;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.HeaderField;
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

/** Introduces a mail anew, in the name of this server (RFC 5322 §3.6.6). */
public final class Resend implements Mailet {
  private static final Setting<Destination> RECIPIENTS = Destination.setting(
          "recipients",
          "Who gets it: addresses, 'postmaster', 'sender' or 'recipients', separated by commas.")
      .mandatory()
      .repeated();
  private static final Setting<MailAddress> SENDER = Setting.address(
      "sender",
      "Who resends it: the Resent-From field and the reverse-path; the postmaster when not set.");

  private final Onward onward;
  private final Environment environment;
  private final Optional<MailAddress> sender;

  private Resend(Settings settings, Environment environment) {
    this.environment = environment;
    onward = Onward.of(RECIPIENTS, settings, environment);
    sender = settings.find(SENDER);
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
            "Resend",
            "Sends the mail, as it is but for Resent fields on top, to other recipients; failures are reported to who"
                + " resends, not to the author.",
            SettingSchema.of(RECIPIENTS, SENDER, Onward.PASS_THROUGH, Onward.ERROR_PROCESSOR),
            (settings, services) -> new Resend(settings, services.environment()))
        .endingWhen(settings -> !settings.get(Onward.PASS_THROUGH));
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    MailAddress from = sender.orElseGet(environment::postmaster);
    // RFC 5321 §4.5.5: a notice stays a notice, or its failure would come back here as another.
    Optional<MailAddress> reversePath = mail.sender().map(author -> from);
    Envelope old = mail.envelope();
    // ENVID and RET were the author's wishes for reports that now come to somebody else.
    Envelope envelope = new Envelope(
        reversePath,
        old.recipients(),
        old.body(),
        old.smtpUtf8() || from.isInternational(),
        Optional.empty(),
        Optional.empty(),
        old.parameters());
    return onward.send(mail, envelope, (message, to) -> resent(message, from, to));
  }

  private Message resent(Message message, MailAddress from, List<MailAddress> to) {
    return message.prepend(
        HeaderField.of("Resent-From", from.toString()),
        HeaderField.of(
            "Resent-To",
            to.stream().map(MailAddress::toString).collect(Collectors.joining(",\r\n "))),
        HeaderField.of("Resent-Date", MailDate.format(Instant.now())),
        HeaderField.of(
            "Resent-Message-ID", "<" + MailId.next() + "@" + environment.hostname() + ">"));
  }
}
