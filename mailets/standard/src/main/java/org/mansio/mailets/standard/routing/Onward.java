package org.mansio.mailets.standard.routing;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.mansio.mailets.standard.definition.Destination;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;

/**
 * What mailets that send a mail on have in common: who gets it, that it doesn't go in circles, and whether the mail itself
 * goes on too. Immutable; thread-safe.
 */
record Onward(
    List<Destination> targets,
    boolean passThrough,
    String errorProcessor,
    LoopMark mark,
    Environment environment) {

  static final Setting<Boolean> PASS_THROUGH = Setting.flag(
          "passThrough",
          "Whether the mail itself goes on to the next mailet; when false, it ends here.")
      .defaultsTo("false");
  static final Setting<String> ERROR_PROCESSOR = Setting.processor(
          "errorProcessor",
          "The processor for a mail that was sent on from here before: it goes in circles.")
      .defaultsTo("error");

  static Onward of(Setting<Destination> targets, Settings settings, Environment environment) {
    List<Destination> destinations = settings.all(targets);
    return new Onward(
        destinations,
        settings.get(PASS_THROUGH),
        settings.get(ERROR_PROCESSOR),
        LoopMark.of(environment, destinations),
        environment);
  }

  /** Makes what is sent on. */
  @FunctionalInterface
  interface Edit {
    Message apply(Message message, List<MailAddress> to) throws IOException;
  }

  /**
   * Sends it on.
   *
   * @param envelope the envelope of what is sent on; its recipients are replaced
   */
  Outcome send(Mail mail, Envelope envelope, Edit edit) throws IOException {
    if (mark.isOn(mail.message())) {
      return passThrough ? Outcome.next() : LoopMark.endLoop(mail, errorProcessor);
    }
    List<MailAddress> to = Destination.resolve(targets, mail, environment);
    if (to.isEmpty()) {
      return passThrough
          ? Outcome.next()
          : Outcome.dropped("sent on to nobody: the mail has the null reverse-path");
    }
    Message message = edit.apply(mail.message(), to).prepend(mark.field());
    mail.send(SpooledMail.arriving(
        envelope.withRecipients(recipients(mail, to)), message.content(), Origin.local()));
    String names = to.stream().map(MailAddress::toString).collect(Collectors.joining(", "));
    String done = "sent on to " + names;
    if (!passThrough) {
      return Outcome.dropped(done);
    }
    mail.note(done);
    return Outcome.next();
  }

  // RFC 3461 §5.2.7: one address in another's place inherits its DSN requests; a copy or a list
  // doesn't.
  private List<Recipient> recipients(Mail mail, List<MailAddress> to) {
    if (!passThrough && to.size() == 1 && mail.recipients().size() == 1) {
      return List.of(OriginalRecipient.keep(mail.recipients().getFirst())
          .withoutStatus()
          .withAddress(to.getFirst()));
    }
    return to.stream().map(Recipient::of).toList();
  }
}
