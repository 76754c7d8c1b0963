package org.mansio.protocols.smtp;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.Services;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.trace.TraceEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when the end of a message has come, however it came: it is judged, enqueued and only then acknowledged.
 * Thread-safe.
 */
final class MessageAcceptance {
  private static final Logger log = LoggerFactory.getLogger(MessageAcceptance.class);
  private static final SmtpReply BARE_LINE_FEED =
      SmtpReply.of(550, "5.6.0", "Message has a CR or LF that isn't part of CR LF");
  private static final SmtpReply LINE_TOO_LONG =
      SmtpReply.of(554, "5.6.0", "Message has too long a line");
  private static final SmtpReply LOOP =
      SmtpReply.of(554, "5.4.6", "Too many hops, this message is looping");
  private static final int TRACED_RECIPIENTS = 100;

  private final ListenerOptions options;
  private final Services services;
  private final Hooks hooks;
  private final SolicitingExtension soliciting;

  MessageAcceptance(
      ListenerOptions options, Services services, Hooks hooks, SolicitingExtension soliciting) {
    this.options = options;
    this.soliciting = soliciting;
    this.services = services;
    this.hooks = hooks;
  }

  /** Judges and enqueues a complete message, and answers: once, or for each recipient of LMTP (RFC 2033 §4.2). */
  void conclude(Session session, IncomingMessage message) throws ConnectionEnd {
    MailId id = message.id();
    Optional<Hooks.Refusal> refusal = fault(message).map(reply -> new Hooks.Refusal(reply, false));
    if (refusal.isPresent()) {
      log.info("{}: message {} refused: {}", session, id, refusal.get().reply());
    } else {
      refusal = accept(session, message);
    }
    SmtpReply reply = refusal.map(Hooks.Refusal::reply).orElseGet(() -> accepted(session, id));
    int replies =
        options.service() == SmtpService.LMTP ? session.mail().recipients().size() : 1;
    if (refusal.isPresent() && refusal.get().disconnect()) {
      session.reply(reply, replies - 1);
      session.end(reply);
    } else {
      session.reply(reply, replies);
    }
  }

  private static SmtpReply accepted(Session session, MailId id) {
    if (!session.mail().loweredPriority()) {
      return SmtpReply.of(250, "2.0.0", "Ok: queued as " + id);
    }
    // RFC 6710 §4.1, §9.3: X.3.6 tells the sender what the priority has become.
    int priority = session.transaction().map(Envelope::priority).orElse(0);
    return SmtpReply.of(250, "2.3.6", priority + " is the new priority; Ok: queued as " + id);
  }

  private Optional<SmtpReply> fault(IncomingMessage message) {
    if (message.intake().tooLarge()) {
      return Optional.of(Replies.TOO_LARGE);
    }
    if (message.bareControl() && options.bareLineFeed() == ListenerSettings.BareLineFeed.REJECT) {
      return Optional.of(BARE_LINE_FEED);
    }
    if (message.longestLine() > options.maxTextLine()) {
      return Optional.of(LINE_TOO_LONG);
    }
    return Optional.empty();
  }

  private Optional<Hooks.Refusal> accept(Session session, IncomingMessage message) {
    MailId id = message.id();
    MessageIntake intake = message.intake();
    try {
      Content content = intake.finish();
      if (intake.facts().hops() > options.maxHops()) {
        log.warn(
            "{}: message {} refused: {} Received fields",
            session,
            id,
            intake.facts().hops());
        return Optional.of(new Hooks.Refusal(LOOP, false));
      }
      if (soliciting.refuses(intake.facts().solicitation())) {
        return Optional.of(new Hooks.Refusal(SolicitingExtension.REFUSED, false));
      }
      SpooledMail mail = SpooledMail.arriving(
              id, envelope(session, message), content, origin(session))
          .withAttributes(session.annotations());
      return judged(session, mail, intake);
    } catch (QueueException e) {
      log.warn("{}: message {} not taken: {}", session, id, e.getMessage());
      return Optional.of(new Hooks.Refusal(Replies.of(e.reason()), false));
    } catch (IOException e) {
      log.error("{}: message {} can't be stored; look at the disk of the queue", session, id, e);
      return Optional.of(new Hooks.Refusal(unstored(), false));
    } catch (RuntimeException e) {
      // Each of LMTP's recipients is owed a reply, so this can't be left to the dispatcher.
      log.error("{}: message {} not taken", session, id, e);
      return Optional.of(new Hooks.Refusal(Replies.LOCAL_ERROR, false));
    }
  }

  /** The queue knows whether it is full now: RFC 5321 §4.2.3 has 452 for that. */
  private SmtpReply unstored() {
    return services.queue().refusal().map(Replies::of).orElse(Replies.LOCAL_ERROR);
  }

  private Optional<Hooks.Refusal> judged(Session session, SpooledMail mail, MessageIntake intake)
      throws QueueException {
    try (Hooks.Judgement judgement = hooks.judge(session, mail)) {
      return switch (judgement) {
        case Hooks.Judgement.Passed(SpooledMail passed, var ignored) -> {
          services.queue().enqueue(passed);
          taken(session, passed, intake);
          yield Optional.empty();
        }
        case Hooks.Judgement.Refused(Hooks.Refusal refusal) -> Optional.of(refusal);
        case Hooks.Judgement.Discarded(String reason) -> {
          session.tally().countMailTaken();
          discarded(session, mail, intake, reason);
          yield Optional.empty();
        }
      };
    }
  }

  private static Envelope envelope(Session session, IncomingMessage message) {
    Envelope envelope = session.transaction().orElseThrow();
    // A recipient given twice gets the mail once.
    Envelope distinct =
        envelope.withRecipients(envelope.recipients().stream().distinct().toList());
    // RFC 8689 §5: the field counts only where REQUIRETLS doesn't say the contrary.
    Envelope withTls = message.intake().facts().tlsNotRequired() && !distinct.requiresTls()
        ? distinct.withParameter(Envelope.TLS_NOT_REQUIRED, "")
        : distinct;
    // Many clients send octets over 127 without BODY=8BITMIME; the next hop has to know.
    Envelope typed = message.eightBit() ? withTls.withBody(BodyType.EIGHT_BIT_MIME) : withTls;
    return PriorityExtension.byHeader(typed, message.intake().facts(), session.mayRelay());
  }

  private Origin origin(Session session) {
    return new Origin(
        session.listener(),
        session.withKeyword(),
        Optional.of(session.remoteAddress()),
        session.remoteHostIfKnown(),
        session.helo(),
        session.authenticated().map(MailAddress::toString),
        session.tlsDescription());
  }

  private void taken(Session session, SpooledMail mail, MessageIntake intake) {
    session.tally().countMailTaken();
    try {
      received(session, mail, intake);
    } catch (RuntimeException e) {
      // The mail is ours already: anything but 250 would make the client send it again.
      log.error("{}: message {} was taken, but can't be traced", session, mail.id(), e);
    }
  }

  private void received(Session session, SpooledMail mail, MessageIntake intake) {
    Envelope envelope = mail.envelope();
    String messageId = intake.facts().messageId().orElse("");
    log.info(
        "{}: {} from {} message-id {}, {} octets, {} recipients",
        session,
        mail.id(),
        envelope.reversePath(),
        messageId,
        mail.content().size(),
        envelope.recipients().size());
    // The chain may be at work on it already; this came first.
    session.trail().record(services.trace(), mail.id(), session.listener());
    record(
        session,
        mail,
        TraceEvent.Kind.RECEIVED,
        "from " + session.remoteAddress() + " by " + mail.origin().protocol(),
        messageId);
  }

  /** A mail that a hook drops: the client knows its id, and so the operator must find it. */
  private void discarded(Session session, SpooledMail mail, MessageIntake intake, String reason) {
    log.info("{}: {} discarded by hook {}", session, mail.id(), reason);
    session.trail().record(services.trace(), mail.id(), session.listener());
    record(
        session,
        mail,
        TraceEvent.Kind.DROPPED,
        "from " + session.remoteAddress() + ", discarded by hook " + reason,
        intake.facts().messageId().orElse(""));
  }

  private void record(
      Session session, SpooledMail mail, TraceEvent.Kind kind, String text, String messageId) {
    Envelope envelope = mail.envelope();
    services
        .trace()
        .record(new TraceEvent(
            mail.arrival(),
            mail.id(),
            kind,
            session.listener(),
            text,
            Map.of(
                "message-id", messageId,
                "sender", envelope.sender().map(MailAddress::toString).orElse(""),
                "recipients", names(envelope.recipients()),
                "size", Long.toString(mail.content().size()))));
  }

  private static String names(List<Recipient> recipients) {
    String names = recipients.stream()
        .limit(TRACED_RECIPIENTS)
        .map(Recipient::toString)
        .collect(Collectors.joining(", "));
    int more = recipients.size() - TRACED_RECIPIENTS;
    return more > 0 ? names + " and " + more + " more" : names;
  }
}
