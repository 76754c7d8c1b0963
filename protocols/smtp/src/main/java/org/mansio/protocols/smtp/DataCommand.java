package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_HELO;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.core.OctetSink;
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
 * DATA (RFC 5321 §4.1.1.4): the message streams into the queue's storage, and when its end has come it is judged, enqueued
 * and only then acknowledged. LMTP gets a reply for each recipient (RFC 2033 §4.2).
 */
final class DataCommand {
  private static final Logger log = LoggerFactory.getLogger(DataCommand.class);
  private static final SmtpReply GO_AHEAD = SmtpReply.of(354, "End data with <CR><LF>.<CR><LF>");
  private static final SmtpReply NO_RECIPIENTS = SmtpReply.of(554, "5.5.1", "No valid recipients");
  private static final SmtpReply RCPT_FIRST = SmtpReply.of(503, "5.5.1", "RCPT first");
  private static final SmtpReply BARE_LINE_FEED =
      SmtpReply.of(550, "5.6.0", "Message has a CR or LF that isn't part of CR LF");
  private static final SmtpReply LINE_TOO_LONG =
      SmtpReply.of(554, "5.6.0", "Message has too long a line");
  private static final SmtpReply LOOP =
      SmtpReply.of(554, "5.4.6", "Too many hops, this message is looping");
  private static final long MAX_DRAINED = 8L << 30;
  private static final int TRACED_RECIPIENTS = 100;

  private final ListenerOptions options;
  private final Services services;
  private final Hooks hooks;
  private final TraceFields traceFields;

  DataCommand(ListenerOptions options, Services services, Hooks hooks) {
    this.options = options;
    this.services = services;
    this.hooks = hooks;
    this.traceFields = new TraceFields(options.service(), services.environment().hostname());
  }

  SmtpCommand command() {
    return SmtpCommand.of("DATA", Set.of(NEEDS_HELO, ENDS_GROUP), "DATA", this::data);
  }

  private void data(Session session, String argument) throws ConnectionEnd {
    Optional<SmtpReply> refusal = refusal(session, argument);
    if (refusal.isPresent()) {
      session.reply(refusal.get());
      return;
    }
    try {
      if (hooks.pass(session, "data start", hook -> hook.onDataStart(session))) {
        receive(session);
      }
    } finally {
      // RFC 5321 §4.1.1.4: the end of the message ends the transaction, whatever becomes of it.
      hooks.reset(session);
    }
  }

  private void receive(Session session) throws ConnectionEnd {
    MailId id = MailId.next();
    List<Recipient> recipients = List.copyOf(session.recipients());
    try (MessageIntake intake = new MessageIntake(
        services.queue().newContent(),
        options.maxMessageSize(),
        facts -> traceFields.of(session, id, recipients, facts))) {
      DataScanner scanner = new DataScanner(options.bareLineFeed(), intake);
      session.setReceivingData(true);
      session.reply(GO_AHEAD);
      session.connection().flush();
      session.connection().readInto(new Bounded(scanner, intake, drainLimit()));
      if (!scanner.complete()) {
        // Still in the middle of the message: whatever follows can't be a command.
        log.warn("{}: message {} cut off after {} octets", session, id, intake.size());
        session.end(Replies.TOO_LARGE);
        return;
      }
      session.setReceivingData(false);
      conclude(session, id, intake, scanner);
    }
  }

  /** A message over the limit is read to its end, so that the client hears why; but not for ever. */
  private long drainLimit() {
    return options.maxMessageSize() == 0 ? Long.MAX_VALUE : options.maxMessageSize() + MAX_DRAINED;
  }

  /** The scanner, until too much has come. */
  private record Bounded(DataScanner scanner, MessageIntake intake, long limit)
      implements OctetSink {
    @Override
    public int take(byte[] octets, int from, int to) {
      return scanner.take(octets, from, to);
    }

    @Override
    public boolean complete() {
      return scanner.complete() || intake.size() > limit;
    }
  }

  private Optional<SmtpReply> refusal(Session session, String argument) {
    if (!argument.isEmpty()) {
      return Optional.of(Replies.NO_ARGUMENT);
    }
    if (!session.inTransaction()) {
      return Optional.of(Replies.MAIL_FIRST);
    }
    if (session.recipients().isEmpty()) {
      // RFC 2033 §4.2 demands 503 in LMTP; RFC 5321 §3.3 has 554 where recipients were tried.
      boolean tried = session.recipientTried() && options.service() != SmtpService.LMTP;
      return Optional.of(tried ? NO_RECIPIENTS : RCPT_FIRST);
    }
    return Optional.empty();
  }

  private void conclude(Session session, MailId id, MessageIntake intake, DataScanner scanner)
      throws ConnectionEnd {
    Optional<Hooks.Refusal> refusal =
        fault(intake, scanner).map(reply -> new Hooks.Refusal(reply, false));
    if (refusal.isPresent()) {
      log.info("{}: message {} refused: {}", session, id, refusal.get().reply());
    } else {
      refusal = accept(session, id, intake, scanner);
    }
    SmtpReply reply = refusal
        .map(Hooks.Refusal::reply)
        .orElseGet(() -> SmtpReply.of(250, "2.0.0", "Ok: queued as " + id));
    int replies = options.service() == SmtpService.LMTP ? session.recipients().size() : 1;
    if (refusal.isPresent() && refusal.get().disconnect()) {
      session.reply(reply, replies - 1);
      session.end(reply);
    } else {
      session.reply(reply, replies);
    }
  }

  private Optional<SmtpReply> fault(MessageIntake intake, DataScanner scanner) {
    if (intake.tooLarge()) {
      return Optional.of(Replies.TOO_LARGE);
    }
    if (scanner.bareControl() && options.bareLineFeed() == ListenerSettings.BareLineFeed.REJECT) {
      return Optional.of(BARE_LINE_FEED);
    }
    if (scanner.longestLine() > options.maxTextLine()) {
      return Optional.of(LINE_TOO_LONG);
    }
    return Optional.empty();
  }

  private Optional<Hooks.Refusal> accept(
      Session session, MailId id, MessageIntake intake, DataScanner scanner) {
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
      SpooledMail mail =
          SpooledMail.arriving(id, envelope(session, scanner), content, origin(session))
              .withAttributes(session.annotations());
      return judged(session, mail, intake);
    } catch (QueueException e) {
      log.warn("{}: message {} not taken: {}", session, id, e.getMessage());
      return Optional.of(new Hooks.Refusal(Replies.of(e.reason()), false));
    } catch (IOException e) {
      log.error("{}: message {} can't be stored; look at the disk of the queue", session, id, e);
      return Optional.of(new Hooks.Refusal(Replies.LOCAL_ERROR, false));
    } catch (RuntimeException e) {
      // Each of LMTP's recipients is owed a reply, so this can't be left to the dispatcher.
      log.error("{}: message {} not taken", session, id, e);
      return Optional.of(new Hooks.Refusal(Replies.LOCAL_ERROR, false));
    }
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
          session.forgive();
          discarded(session, mail, intake, reason);
          yield Optional.empty();
        }
      };
    }
  }

  private static Envelope envelope(Session session, DataScanner scanner) {
    Envelope envelope = session.transaction().orElseThrow();
    // A recipient given twice gets the mail once.
    Envelope distinct =
        envelope.withRecipients(envelope.recipients().stream().distinct().toList());
    // Many clients send octets over 127 without BODY=8BITMIME; the next hop has to know.
    return scanner.eightBit() ? distinct.withBody(BodyType.EIGHT_BIT_MIME) : distinct;
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
    session.forgive();
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
