package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_HELO;

import java.util.Optional;
import java.util.Set;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.smtp.DataScanner.Framing;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.smtp.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DATA (RFC 5321 §4.1.1.4): the message streams into the queue's storage until the dot at its end. */
final class DataCommand {
  private static final Logger log = LoggerFactory.getLogger(DataCommand.class);
  private static final SmtpReply GO_AHEAD = SmtpReply.of(354, "End data with <CR><LF>.<CR><LF>");
  private static final SmtpReply IN_CHUNKS =
      SmtpReply.of(503, "5.5.1", "This message comes in chunks: BDAT or RSET");
  private static final SmtpReply BINARY =
      SmtpReply.of(503, "5.5.1", "A message with BODY=BINARYMIME needs BDAT");

  private final MessageReception reception;

  DataCommand(MessageReception reception) {
    this.reception = reception;
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
      Optional<Hooks.Refusal> objection = reception.objection(session);
      if (objection.isPresent()) {
        objection.get().tell(session);
      } else {
        receive(session);
      }
    } finally {
      reception.endTransaction(session);
    }
  }

  private Optional<SmtpReply> refusal(Session session, String argument) {
    if (!argument.isEmpty()) {
      return Optional.of(Replies.NO_ARGUMENT);
    }
    // RFC 3030 §2: DATA and BDAT can't be mixed in a transaction.
    if (session.mail().chunks().isPresent() || session.mail().chunkRefused()) {
      return Optional.of(IN_CHUNKS);
    }
    // RFC 3030 §3: a binary message has no lines, and so no dot at its end.
    if (session.inTransaction() && session.mail().body() == BodyType.BINARY_MIME) {
      return Optional.of(BINARY);
    }
    return reception.refusal(session);
  }

  private void receive(Session session) throws ConnectionEnd {
    try (IncomingMessage message = reception.begin(session, Framing.DOTS)) {
      session.setReceivingData(true);
      session.reply(GO_AHEAD);
      session.connection().flush();
      session.connection().readInto(message.untilTheDot(reception.drainLimit()));
      if (!message.complete()) {
        // Still in the middle of the message: whatever follows can't be a command.
        log.warn("{}: message {} cut off after {} octets", session, message.id(), message.size());
        session.end(Replies.TOO_LARGE);
        return;
      }
      session.setReceivingData(false);
      reception.conclude(session, message);
    }
  }
}
