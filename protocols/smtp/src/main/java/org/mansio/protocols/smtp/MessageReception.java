package org.mansio.protocols.smtp;

import java.util.Optional;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.smtp.DataScanner.Framing;
import org.mansio.spi.Services;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpService;

/** What DATA and BDAT share: when a message may come, where its octets go, and what follows its end. Thread-safe. */
final class MessageReception {
  private static final SmtpReply NO_RECIPIENTS = SmtpReply.of(554, "5.5.1", "No valid recipients");
  private static final SmtpReply RCPT_FIRST = SmtpReply.of(503, "5.5.1", "RCPT first");
  private static final long MAX_DRAINED = 8L << 30;

  private final ListenerOptions options;
  private final Services services;
  private final Hooks hooks;
  private final TraceFields traceFields;
  private final MessageAcceptance acceptance;

  MessageReception(
      ListenerOptions options, Services services, Hooks hooks, SolicitingExtension soliciting) {
    this.options = options;
    this.services = services;
    this.hooks = hooks;
    this.traceFields = new TraceFields(options.service(), services.environment().hostname());
    this.acceptance = new MessageAcceptance(options, services, hooks, soliciting);
  }

  /** Why no message may come now; empty when one may. */
  Optional<SmtpReply> refusal(Session session) {
    if (!session.inTransaction()) {
      return Optional.of(Replies.MAIL_FIRST);
    }
    if (session.mail().recipients().isEmpty()) {
      // RFC 2033 §4.2 demands 503 in LMTP; RFC 5321 §3.3 has 554 where recipients were tried.
      boolean tried = session.mail().recipientTried() && options.service() != SmtpService.LMTP;
      return Optional.of(tried ? NO_RECIPIENTS : RCPT_FIRST);
    }
    return Optional.empty();
  }

  /** What hooks have against a message that is about to come. */
  Optional<Hooks.Refusal> objection(Session session) {
    return hooks.ask(session, "data start", SmtpHook::onDataStart);
  }

  /** A message that begins now; to be closed. */
  IncomingMessage begin(Session session, Framing framing) {
    return new IncomingMessage(
        session, options, traceFields, framing, services.queue().newContent());
  }

  /** Judges and enqueues a complete message, and answers. */
  void conclude(Session session, IncomingMessage message) throws ConnectionEnd {
    acceptance.conclude(session, message);
  }

  /** The largest message in octets; 0 is no limit. */
  long maxMessageSize() {
    return options.maxMessageSize();
  }

  /** A message over the limit is read to its end, so that the client hears why; but not for ever. */
  long drainLimit() {
    return options.maxMessageSize() == 0 ? Long.MAX_VALUE : options.maxMessageSize() + MAX_DRAINED;
  }

  /** RFC 5321 §4.1.1.4: the end of the message ends the transaction, whatever becomes of it. */
  void endTransaction(Session session) {
    hooks.reset(session);
  }
}
