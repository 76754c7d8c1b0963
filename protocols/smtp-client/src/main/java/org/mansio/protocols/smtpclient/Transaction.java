package org.mansio.protocols.smtpclient;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;

/**
 * One mail transaction (RFC 5321 §3.3, RFC 2033 §4.2) over a connection: MAIL, RCPT, DATA or BDAT, the message, and what each
 * reply means for each recipient. With PIPELINING the commands leave in one write (RFC 2920), so that a mail costs two round
 * trips. Used once.
 */
final class Transaction {
  /** What every server takes at least (RFC 5321 §4.5.3.1.8); more recipients make more transactions. */
  static final int USUAL_RECIPIENTS = 100;

  private static final EnhancedStatus LOST = EnhancedStatus.parse("4.4.2");
  private static final EnhancedStatus UNREADABLE = EnhancedStatus.parse("4.3.0");
  private static final EnhancedStatus PROTOCOL_ERROR = EnhancedStatus.parse("4.5.0");
  private static final EnhancedStatus DELIVERED = EnhancedStatus.parse("2.0.0");
  private static final int START_INPUT = 354;

  private final ClientConnection connection;
  private final Wire wire;
  private final Timeouts timeouts;
  private final Envelope envelope;
  private final OutgoingMessage message;
  private final Map<Recipient, RecipientResult> results = new LinkedHashMap<>();
  private final List<Recipient> tooMany = new ArrayList<>();
  private boolean chunked;
  private boolean mailAnswered;
  private boolean anyAccepted;

  /** @param envelope with at most {@link SmtpClient#MAX_RECIPIENTS} recipients, none twice */
  Transaction(ClientConnection connection, Envelope envelope, OutgoingMessage message) {
    this.connection = connection;
    this.wire = connection.wire();
    this.timeouts = connection.options().timeouts();
    this.envelope = envelope;
    this.message = message;
  }

  /**
   * Does it, as far as it goes. When interrupted, the thread stays interrupted and the rest is deferred.
   *
   * @return a result for each recipient, but for those that are {@link #tooMany}
   * @throws LostBeforeMail when nothing of the mail was taken and the connection is gone
   */
  Map<Recipient, RecipientResult> run() throws LostBeforeMail {
    try {
      Instant now = Instant.now();
      Fit fit = fit(now);
      results.putAll(fit.failures());
      List<Recipient> open =
          envelope.recipients().stream().filter(r -> !results.containsKey(r)).toList();
      if (!open.isEmpty()) {
        connection.countMail();
        chunked = isChunked(fit);
        MailCommands commands =
            new MailCommands(envelope.withRecipients(open), fit, connection.extensions(), now);
        List<Recipient> accepted = connection.extensions().pipelining()
            ? offerAtOnce(commands, open)
            : offerInSteps(commands, open);
        if (!accepted.isEmpty()) {
          sendMessage(fit, accepted);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abandon(LOST, "interrupted");
    } catch (UnreadableContent e) {
      abandon(UNREADABLE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      connection.abandon();
      if (!mailAnswered) {
        throw new LostBeforeMail(e);
      }
      abandon(LOST, String.valueOf(e.getMessage()));
    }
    return results;
  }

  /**
   * Recipients that the host took no more of in this transaction, while it took others: they are due in the next one (RFC
   * 5321 §4.5.3.1.10).
   */
  List<Recipient> tooMany() {
    return anyAccepted ? tooMany : List.of();
  }

  private Fit fit(Instant now) throws UnreadableContent {
    ClientOptions options = connection.options();
    try {
      return new Fitness(connection.peer(), options.protocol(), connection.extensions())
          .judge(envelope, message, now);
    } catch (IOException e) {
      throw new UnreadableContent(e);
    }
  }

  private boolean isChunked(Fit fit) {
    return fit.body() == BodyType.BINARY_MIME
        || connection.options().chunking() == Chunking.OFFERED
            && connection.extensions().chunking();
  }

  private List<Recipient> offerAtOnce(MailCommands commands, List<Recipient> open)
      throws IOException, InterruptedException {
    List<String> group = new ArrayList<>(open.size() + 3);
    boolean reset = connection.resetNeeded();
    if (reset) {
      group.add("RSET");
    }
    group.add(commands.mail());
    open.forEach(recipient -> group.add(commands.rcpt(recipient)));
    if (!chunked) {
      group.add("DATA");
    }
    wire.send(group);
    if (reset) {
      expectReset();
    }
    Reply mail = reply(timeouts.mail(), "MAIL");
    mailAnswered = true;
    List<Recipient> accepted = new ArrayList<>();
    for (Recipient recipient : open) {
      judgeRecipient(recipient, mail, reply(timeouts.rcpt(), "RCPT"), accepted);
    }
    if (chunked) {
      return mayChunk(mail, accepted) ? accepted : List.of();
    }
    Reply data = reply(timeouts.data(), "DATA");
    if (data.code() == START_INPUT && (accepted.isEmpty() || !mail.isPositive())) {
      cancelInput(accepted);
    }
    if (!mail.isPositive()) {
      return List.of();
    }
    return judgeData(data, accepted);
  }

  private List<Recipient> offerInSteps(MailCommands commands, List<Recipient> open)
      throws IOException, InterruptedException {
    if (connection.resetNeeded()) {
      wire.send(List.of("RSET"));
      expectReset();
    }
    wire.send(List.of(commands.mail()));
    Reply mail = reply(timeouts.mail(), "MAIL");
    mailAnswered = true;
    if (!mail.isPositive()) {
      open.forEach(recipient -> results.put(recipient, refusal(mail)));
      return List.of();
    }
    List<Recipient> accepted = new ArrayList<>();
    for (Recipient recipient : open) {
      wire.send(List.of(commands.rcpt(recipient)));
      judgeRecipient(recipient, mail, reply(timeouts.rcpt(), "RCPT"), accepted);
    }
    if (accepted.isEmpty() || chunked) {
      connection.resetNeeded(accepted.isEmpty());
      return accepted;
    }
    wire.send(List.of("DATA"));
    return judgeData(reply(timeouts.data(), "DATA"), accepted);
  }

  /** Chunks follow only when somebody gets them: they aren't asked for with a 354. */
  private boolean mayChunk(Reply mail, List<Recipient> accepted) {
    boolean may = mail.isPositive() && !accepted.isEmpty();
    connection.resetNeeded(!may);
    return may;
  }

  private void expectReset() throws IOException, InterruptedException {
    Reply reply = reply(timeouts.command(), "RSET");
    if (!reply.isPositive()) {
      throw new IOException("RSET was answered with " + reply.text());
    }
    connection.resetNeeded(false);
  }

  private void judgeRecipient(
      Recipient recipient, Reply mail, Reply rcpt, List<Recipient> accepted) {
    if (rcpt.isPositive()) {
      accepted.add(recipient);
      anyAccepted |= mail.isPositive();
    }
    if (!mail.isPositive()) {
      results.put(recipient, refusal(mail));
    } else if (!rcpt.isPositive()) {
      results.put(recipient, saysTooMany(rcpt) ? deferral(rcpt) : refusal(rcpt));
      if (saysTooMany(rcpt)) {
        tooMany.add(recipient);
      }
    }
  }

  /** Who of the accepted recipients gets the message now: all of them, or nobody. */
  private List<Recipient> judgeData(Reply data, List<Recipient> accepted) {
    if (data.code() == START_INPUT) {
      return accepted;
    }
    connection.resetNeeded(true);
    accepted.forEach(recipient -> results.put(recipient, refusal(data)));
    return List.of();
  }

  /** 354, although there is nobody to send to (RFC 2920 §3.1): a lone dot ends it, and its reply means nothing. */
  private void cancelInput(List<Recipient> accepted) throws IOException, InterruptedException {
    if (!accepted.isEmpty()) {
      // MAIL refused and RCPT accepted: a dot might deliver an empty mail to somebody.
      connection.abandon();
      return;
    }
    wire.write(Unpooled.copiedBuffer(".\r\n", StandardCharsets.US_ASCII));
    reply(timeouts.end(), "the end of a message to nobody");
    connection.resetNeeded(true);
  }

  private void sendMessage(Fit fit, List<Recipient> accepted)
      throws IOException, InterruptedException {
    if (chunked) {
      Optional<Reply> refused = new ChunkWriter(wire, timeouts, fit.body()).send(fit.content());
      if (refused.isPresent()) {
        connection.resetNeeded(true);
        accepted.forEach(recipient -> results.put(recipient, refusal(refused.get())));
        return;
      }
    } else if (!new MessageWriter(wire, timeouts.block()).send(fit.content())) {
      Reply early = reply(timeouts.end(), "the message");
      accepted.forEach(recipient -> results.put(recipient, refusal(early)));
      connection.abandon();
      return;
    }
    concludeMessage(accepted);
  }

  private void concludeMessage(List<Recipient> accepted) throws IOException, InterruptedException {
    switch (connection.options().protocol()) {
      case SMTP -> {
        Reply end = wire.reply(timeouts.end(), "the end of the message");
        accepted.forEach(recipient -> results.put(recipient, finalResult(end)));
      }
      case LMTP -> {
        // RFC 2033 §4.2: one reply for each accepted recipient, in their order.
        for (Recipient recipient : accepted) {
          results.put(recipient, finalResult(wire.reply(timeouts.end(), "the end of the message")));
        }
      }
    }
  }

  private RecipientResult finalResult(Reply end) {
    if (!end.isPositive()) {
      // RFC 3030 §2: what the peer holds of a message in chunks is gone only with RSET.
      connection.resetNeeded(chunked);
      if (isUnsettling(end)) {
        // Not closed yet: in LMTP the replies for the other recipients are still on their way.
        connection.retire();
      }
      return verdict(end);
    }
    boolean dsn = connection.extensions().dsn();
    // An LMTP server without DSN has put it into the mailbox, and the report about that is ours to
    // make.
    boolean delivered = connection.options().protocol() == Protocol.LMTP && !dsn;
    return new RecipientResult.Delivered(
        end.statusOr(DELIVERED), remote(), end.text(), dsn, delivered);
  }

  private RecipientResult refusal(Reply reply) {
    if (isUnsettling(reply)) {
      connection.abandon();
    }
    return verdict(reply);
  }

  /** Whether the host closes, or its answer has no meaning here and what it believes isn't known. */
  private static boolean isUnsettling(Reply reply) {
    return !reply.isPermanent() && (!reply.isTemporary() || reply.isClosing());
  }

  private RecipientResult verdict(Reply reply) {
    return reply.isPermanent()
        ? new RecipientResult.Failed(
            reply.statusOr(EnhancedStatus.ofReplyCode(reply.code())), remote(), reply.text())
        : deferral(reply);
  }

  private RecipientResult deferral(Reply reply) {
    EnhancedStatus status = reply.isPermanent()
        ? reply.status().map(s -> s.withClass(4)).orElse(PROTOCOL_ERROR)
        : reply.isTemporary()
            ? reply.statusOr(EnhancedStatus.ofReplyCode(reply.code()))
            : PROTOCOL_ERROR;
    return new RecipientResult.Deferred(status, remote(), reply.text());
  }

  /** RFC 5321 §4.5.3.1.10: 452, or 552 from older hosts; but not where the status names another reason. */
  private static boolean saysTooMany(Reply rcpt) {
    boolean code = rcpt.code() == 452 || rcpt.code() == 552;
    return code && rcpt.status().map(s -> s.subject() == 5 && s.detail() == 3).orElse(true);
  }

  private Reply reply(Duration patience, String stage) throws IOException, InterruptedException {
    Reply reply = wire.reply(patience, stage);
    if (reply.isClosing()) {
      throw new IOException(reply.text());
    }
    return reply;
  }

  private void abandon(EnhancedStatus status, String reason) {
    connection.abandon();
    String diagnostic = connection.peer() + ": " + reason;
    for (Recipient recipient : envelope.recipients()) {
      results.putIfAbsent(recipient, new RecipientResult.Deferred(status, remote(), diagnostic));
    }
  }

  private Optional<String> remote() {
    return Optional.of(connection.peer().name());
  }
}
