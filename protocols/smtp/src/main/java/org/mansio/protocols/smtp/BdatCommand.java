package org.mansio.protocols.smtp;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.core.OctetSink;
import org.mansio.protocols.core.Pace;
import org.mansio.protocols.smtp.DataScanner.Framing;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpVerb.Flag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * BDAT (RFC 3030 §2): a message in chunks of announced sizes. Whatever is wrong with the command, the octets behind it are
 * read and dropped before it is answered: they are no commands, and must never become any. Where that can't be done the
 * session ends.
 */
final class BdatCommand implements SmtpCommand.Handler {
  private static final Logger log = LoggerFactory.getLogger(BdatCommand.class);
  // More digits than a long holds are refused like any size that is too large.
  private static final Pattern ARGUMENT =
      Pattern.compile("([0-9]{1,18})(?: +(LAST))?", Pattern.CASE_INSENSITIVE);
  private static final SmtpReply NO_SIZE = SmtpReply.of(
      421, "4.5.4", "BDAT needs a size, without which octets can't be told from commands");
  private static final SmtpReply FAILED =
      SmtpReply.of(503, "5.5.1", "A chunk of this message was refused: RSET");

  /** Chunks but the last that are smaller count as junk: a message of those would never end. */
  private static final long SMALL_CHUNK = 512;

  private final MessageReception reception;
  private final ListenerOptions options;

  BdatCommand(MessageReception reception, ListenerOptions options) {
    this.reception = reception;
    this.options = options;
  }

  SmtpCommand command() {
    return SmtpCommand.of("BDAT", Set.of(Flag.NEEDS_HELO), "BDAT size [LAST]", this);
  }

  /** The argument. @param size octets */
  private record Announced(long size, boolean last) {}

  @Override
  public void refuse(Session session, String argument, SmtpReply reply) throws ConnectionEnd {
    Optional<Announced> chunk = announced(session, argument);
    if (chunk.isPresent()) {
      drop(session, chunk.get().size());
      session.reply(reply);
    }
  }

  @Override
  public void handle(Session session, String argument) throws ConnectionEnd {
    Optional<Announced> chunk = announced(session, argument);
    if (chunk.isEmpty()) {
      return;
    }
    long size = chunk.get().size();
    boolean last = chunk.get().last();
    if (size < SMALL_CHUNK && !last && session.tally().countJunk() > options.maxJunkCommands()) {
      log.info("{}: cut off after too many small chunks", session);
      session.end(Replies.TOO_MUCH_JUNK);
      return;
    }
    // A failure from here to the chunk's end leaves octets that mustn't be read as commands.
    session.setReceivingData(true);
    Optional<Hooks.Refusal> refusal = refusal(session, size);
    if (refusal.isPresent()) {
      refuse(session, size, last, refusal.get());
    } else {
      receive(session, size, last);
    }
  }

  /** What is announced; empty when that can't be read to its end, and the session is over. */
  private Optional<Announced> announced(Session session, String argument) throws ConnectionEnd {
    Matcher parts = ARGUMENT.matcher(argument);
    if (!parts.matches()) {
      log.info("{}: cut off, BDAT without a size", session);
      session.end(NO_SIZE);
      return Optional.empty();
    }
    long size = Long.parseLong(parts.group(1));
    if (size > reception.drainLimit()) {
      log.warn("{}: cut off, a chunk of {} octets announced", session, size);
      session.end(Replies.TOO_LARGE);
      return Optional.empty();
    }
    return Optional.of(new Announced(size, parts.group(2) != null));
  }

  private Optional<Hooks.Refusal> refusal(Session session, long size) {
    Optional<SmtpReply> now = wrongNow(session).or(() -> tooLarge(session, size));
    return now.<Optional<Hooks.Refusal>>map(reply -> Optional.of(new Hooks.Refusal(reply, false)))
        .orElseGet(() ->
            session.mail().chunks().isPresent() ? Optional.empty() : reception.objection(session));
  }

  private Optional<SmtpReply> wrongNow(Session session) {
    if (session.mail().chunkRefused()) {
      return Optional.of(FAILED);
    }
    return session.mail().chunks().isPresent() ? Optional.empty() : reception.refusal(session);
  }

  /** Judged by what is announced, before any of it is kept. */
  private Optional<SmtpReply> tooLarge(Session session, long size) {
    long before = session.mail().chunks().map(chunks -> chunks.message().size()).orElse(0L);
    long most = reception.maxMessageSize();
    return most > 0 && size > most - before ? Optional.of(Replies.TOO_LARGE) : Optional.empty();
  }

  /**
   * Drops the chunk and says why. RFC 3030 §2: further chunks are dropped too, until RSET; a failed last one ends the
   * transaction.
   */
  private void refuse(Session session, long size, boolean last, Hooks.Refusal refusal)
      throws ConnectionEnd {
    drop(session, size);
    // RFC 2033 §4.2: the end of a message is answered for each recipient, also by a refusal.
    boolean forEach = last && options.service() == SmtpService.LMTP;
    int replies = forEach ? Math.max(1, session.mail().recipients().size()) : 1;
    session.mail().refuseChunks();
    if (last) {
      reception.endTransaction(session);
    }
    session.reply(refusal.reply(), replies - 1);
    refusal.tell(session);
  }

  private static void drop(Session session, long size) throws ConnectionEnd {
    read(
        session, new Chunk(size, (octets, from, to) -> {}), session.connection().newPace());
  }

  private void receive(Session session, long size, boolean last) throws ConnectionEnd {
    Chunks chunks = session.mail().chunks().orElseGet(() -> begin(session));
    IncomingMessage message = chunks.message();
    read(session, new Chunk(size, message::take), chunks.pace());
    if (!last) {
      session.reply(SmtpReply.of(250, "2.0.0", size + " octets received"));
      return;
    }
    try {
      message.end();
      reception.conclude(session, message);
    } finally {
      reception.endTransaction(session);
    }
  }

  private Chunks begin(Session session) {
    Chunks chunks = new Chunks(
        reception.begin(session, Framing.CHUNKS), session.connection().newPace());
    session.mail().setChunks(chunks);
    return chunks;
  }

  private static void read(Session session, Chunk chunk, Pace pace) throws ConnectionEnd {
    session.setReceivingData(true);
    session.connection().readInto(chunk, pace);
    session.setReceivingData(false);
  }

  /** So many octets, and no more. */
  private static final class Chunk implements OctetSink {
    private final DataScanner.Output output;
    private long left;

    Chunk(long size, DataScanner.Output output) {
      this.left = size;
      this.output = output;
    }

    @Override
    public int take(byte[] octets, int from, int to) {
      int end = (int) Math.min(to, from + left);
      output.write(octets, from, end);
      left -= end - from;
      return end;
    }

    @Override
    public boolean complete() {
      return left == 0;
    }
  }
}
