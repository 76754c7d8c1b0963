package org.mansio.mailets.standard.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope.ReturnContent;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.Recipient.Notify;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Reports to the sender what became of the mail, where the sender wants to know it (RFC 3461 §4.1). */
public final class Bounce implements Mailet {
  private static final Setting.Type<EnhancedStatus> STATUS_TYPE =
      new Setting.Type<>("enhanced status such as 5.7.1", Setting.Kind.PLAIN, Bounce::parseStatus);

  private static final Setting<MailAddress> SENDER = Setting.address(
      "sender",
      "The From address of the report; the postmaster when not set. Its reverse-path is always null.");
  private static final Setting<String> MESSAGE =
      Setting.text("message", "A text at the top of the part that people read.");
  private static final Setting<String> REASON = Setting.text(
      "reason", "The reason for recipients that come without one; the chain's error when not set.");
  private static final Setting<EnhancedStatus> STATUS = Setting.of(
          "status", STATUS_TYPE, "The status (RFC 3463) of recipients that come without one.")
      .defaultsTo("5.0.0");
  private static final Setting<Long> MAX_RETURNED = Setting.size(
          "maxReturnedSize",
          "A message larger than this isn't returned whole: only its header fields; at most 64M.")
      .defaultsTo(Long.toString(DeliveryStatusNotice.DEFAULT_MAX_RETURNED));
  private static final Setting<ReturnContent> RETURN = Setting.choice(
          "returnContent",
          "How much of a failed message is returned where the sender didn't say (RET of RFC 3461): full or hdrs.",
          ReturnContent.class)
      .defaultsTo("full");
  private static final Setting<MailAddress> DOUBLE_BOUNCE_TO = Setting.address(
      "doubleBounceTo",
      "Who gets failures of mail with the null reverse-path, which is never bounced; nobody when not set.");
  private static final Setting<Boolean> PASS_THROUGH = Setting.flag(
          "passThrough",
          "Whether the mail itself goes on to the next mailet; when false, it ends here.")
      .defaultsTo("false");

  /** Marks a double bounce, so that its own failure ends the chain of reports. */
  private static final String DOUBLE_BOUNCE = "mansio.double-bounce";

  // The report is made in memory.
  private static final long MAX_RETURNED_LIMIT = 64L << 20;

  /** Recipients that the trace names; of more, their number. */
  private static final int MAX_NAMED = 3;

  private final DeliveryStatusNotice notice;
  private final Optional<String> reason;
  private final EnhancedStatus status;
  private final Optional<MailAddress> doubleBounceTo;
  private final boolean passThrough;

  private Bounce(Settings settings, Services services) throws InvalidSettingException {
    if (settings.get(MAX_RETURNED) > MAX_RETURNED_LIMIT) {
      throw new InvalidSettingException("maxReturnedSize is more than 64M");
    }
    notice = new DeliveryStatusNotice(
        services.environment(),
        settings.find(SENDER).orElseGet(services.environment()::postmaster),
        settings.get(MAX_RETURNED),
        settings.get(RETURN),
        settings.find(MESSAGE).orElse(""));
    reason = settings.find(REASON);
    status = settings.get(STATUS);
    doubleBounceTo = settings.find(DOUBLE_BOUNCE_TO);
    passThrough = settings.get(PASS_THROUGH);
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
            "Bounce",
            "Sends a delivery status notification (RFC 3464) to the sender, for those recipients whose NOTIFY parameter"
                + " asks for it: failed, delayed, delivered, relayed or expanded, as each recipient's status says."
                + " Recipients without a status count as failed. Never answers the null reverse-path.",
            SettingSchema.of(
                SENDER,
                MESSAGE,
                REASON,
                STATUS,
                MAX_RETURNED,
                RETURN,
                DOUBLE_BOUNCE_TO,
                PASS_THROUGH),
            Bounce::new)
        .endingWhen(settings -> !settings.get(PASS_THROUGH));
  }

  private static EnhancedStatus parseStatus(String text) throws InvalidSettingException {
    try {
      return EnhancedStatus.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("'" + text + "' isn't an enhanced status such as 5.7.1");
    }
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    List<Recipient> stated = mail.recipients().stream()
        .map(recipient ->
            recipient.status().isPresent() ? recipient : recipient.withStatus(unstated(mail)))
        .toList();
    Optional<MailAddress> to = mail.sender().or(() -> doubleBounceAddress(mail));
    String result = to.isPresent()
        ? report(mail, to.get(), stated)
        : "no report: the mail has the null reverse-path";
    if (passThrough) {
      mail.note(result);
      return Outcome.next();
    }
    // Their way ends here: they say with what.
    mail.setRecipients(stated);
    return Outcome.dropped(result);
  }

  // RFC 5321 §6.1: a failed notice is not answered by another; it may go to the postmaster, once.
  private Optional<MailAddress> doubleBounceAddress(Mail mail) {
    boolean again = mail.attributes().contains(DOUBLE_BOUNCE)
        || mail.recipients().stream()
            .anyMatch(recipient ->
                doubleBounceTo.filter(recipient.address()::sameMailbox).isPresent());
    return again ? Optional.empty() : doubleBounceTo;
  }

  // One notice for each action: failures and successes are different letters.
  private String report(Mail mail, MailAddress to, List<Recipient> stated) throws IOException {
    Map<Action, List<Recipient>> reported = stated.stream()
        .filter(recipient -> isWanted(mail, recipient))
        .collect(Collectors.groupingBy(
            recipient -> recipient.status().orElseThrow().action(),
            () -> new EnumMap<>(Action.class),
            Collectors.toList()));
    if (reported.isEmpty()) {
      return "no report: the sender doesn't want one";
    }
    List<String> done = new ArrayList<>();
    for (Map.Entry<Action, List<Recipient>> group : reported.entrySet()) {
      SpooledMail letter = notice.compose(mail, to, group.getValue());
      mail.send(mail.sender().isPresent() ? letter : marked(letter));
      done.add(told(group.getKey(), group.getValue()));
    }
    return String.join(", ", done) + " reported to " + to;
  }

  private static String told(Action action, List<Recipient> recipients) {
    String what = switch (action) {
      case FAILED -> "failure of ";
      case DELAYED -> "delay of ";
      case DELIVERED -> "delivery to ";
      case RELAYED -> "relaying to ";
      case EXPANDED -> "expansion of ";
    };
    return what
        + (recipients.size() > MAX_NAMED
            ? recipients.size() + " recipients"
            : recipients.stream()
                .map(recipient -> recipient
                    + recipient
                        .status()
                        .map(status -> " (" + status.status() + ")")
                        .orElse(""))
                .collect(Collectors.joining(" and ")));
  }

  private static SpooledMail marked(SpooledMail letter) {
    return letter.withAttributes(
        letter.attributes().with(DOUBLE_BOUNCE, new AttributeValue.Flag(true)));
  }

  private RecipientStatus unstated(Mail mail) {
    String text = reason
        .or(() -> mail.attributes().text(Attributes.ERROR))
        .orElse("the mail was refused here");
    return RecipientStatus.failed(status, text);
  }

  private static boolean isWanted(Mail mail, Recipient recipient) {
    // A double bounce isn't the sender's: only failures matter to the postmaster.
    Action action = recipient.status().orElseThrow().action();
    if (mail.sender().isEmpty()) {
      return action == Action.FAILED && !recipient.notifyOn().contains(Notify.NEVER);
    }
    return switch (action) {
      case FAILED -> recipient.wants(Notify.FAILURE);
      case DELAYED -> recipient.wants(Notify.DELAY);
      // RFC 2852 §4: with "T" each step of the way is reported, unless nothing ever is.
      case RELAYED ->
        recipient.wants(Notify.SUCCESS)
            || mail.envelope().deliverBy().filter(DeliverBy::trace).isPresent()
                && !recipient.notifyOn().contains(Notify.NEVER);
      case DELIVERED, EXPANDED -> recipient.wants(Notify.SUCCESS);
    };
  }
}
