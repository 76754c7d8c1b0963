package org.mansio.mailets.antispam.milter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one milter is told of one SMTP session, and what it decided so far. What it hasn't been told, since another hook
 * accepted before or since its connection was lost, is made good at the next stage. Thread-safe: a question that took too long
 * may still be open when the next one comes.
 */
final class Conversation {
  private static final Logger log = LoggerFactory.getLogger(Conversation.class);
  private static final Verdict NO_OPINION = Verdict.decline();
  private static final SmtpReply AWAY =
      SmtpReply.of(451, "4.7.1", "Service unavailable, try again later");
  private static final SmtpReply AWAY_FOR_GOOD = SmtpReply.of(550, "5.7.1", "Service unavailable");

  private final MilterOptions options;
  private final MilterConnections connections;
  private final Macros macros;
  private final MailQueue queue;
  private final int clientConnections;

  private @Nullable Dialogue dialogue;
  private Optional<String> heloTold = Optional.empty();
  // The milter takes whatever comes, or the session has ended.
  private boolean over;
  private boolean mailTold;
  private boolean dataTold;
  private boolean lost;
  private final Set<Recipient> recipientsTold = new HashSet<>();
  // What holds for the rest of the message, once that is known.
  private @Nullable Verdict standing;

  /** @param clientConnections how many sessions the client has, this one included */
  Conversation(
      MilterOptions options,
      MilterConnections connections,
      Macros macros,
      MailQueue queue,
      int clientConnections) {
    this.options = options;
    this.connections = connections;
    this.macros = macros;
    this.queue = queue;
    this.clientConnections = clientConnections;
  }

  /** Something that is said to the milter. */
  @FunctionalInterface
  private interface Exchange {
    Verdict run() throws IOException;
  }

  synchronized Verdict connect(SmtpSession session) {
    return hidden(session) ? NO_OPINION : ofConnection(() -> introduce(session, Optional.empty()));
  }

  synchronized Verdict helo(SmtpSession session, String name) {
    reset();
    heloTold = Optional.empty();
    return hidden(session) ? NO_OPINION : ofConnection(() -> introduce(session, Optional.of(name)));
  }

  synchronized Verdict mail(SmtpSession session) {
    reset();
    return ofMessage(() -> begin(session));
  }

  synchronized Verdict rcpt(SmtpSession session, Recipient recipient) {
    return ofMessage(() -> {
      Verdict verdict = begin(session);
      return settled(verdict) ? verdict : tellRecipient(session, recipient);
    });
  }

  /** A recipient that the server has refused already: some milters count those. */
  synchronized void refusedRecipient(SmtpSession session, Recipient recipient, SmtpReply reply) {
    Dialogue open = dialogue;
    if (open != null
        && mailTold
        && standing == null
        && open.negotiation().wantsRejectedRecipients()) {
      Subject subject = subject(session).with(recipient, Optional.of(reply));
      ofMessage(() -> {
        open.tell(Stage.RCPT, subject, Commands.rcpt(recipient));
        return NO_OPINION;
      });
    }
  }

  synchronized Verdict dataStart(SmtpSession session) {
    return ofMessage(() -> {
      Verdict verdict = begin(session);
      return settled(verdict) ? verdict : tellData(session);
    });
  }

  /** A command that the server doesn't know. @param line the whole of it */
  synchronized Verdict unknown(SmtpSession session, String line) {
    Dialogue open = dialogue;
    return open == null || over || standing != null
        ? NO_OPINION
        : ofConnection(() -> verdict(
            Stage.UNKNOWN, open.tell(Stage.UNKNOWN, subject(session), new Payload().text(line))));
  }

  /** The complete mail. */
  synchronized Verdict data(SmtpSession session, SpooledMail mail) {
    Verdict verdict = ofMessage(() -> {
      Verdict soFar = begin(session);
      return settled(soFar) ? soFar : show(session, mail);
    });
    if (lost && options.defaultAction() == MilterOptions.DefaultAction.QUARANTINE) {
      String reason = "milter " + options.address() + " was away";
      Attributes marked = mail.attributes().with(Attributes.QUARANTINE, reason);
      return new Verdict.Changed(mail.withAttributes(marked), reason);
    }
    return verdict;
  }

  /** The transaction is over or given up. */
  synchronized void reset() {
    Dialogue open = dialogue;
    if (mailTold && standing == null && open != null) {
      try {
        open.abort();
      } catch (IOException e) {
        lose(e);
      }
    }
    mailTold = false;
    dataTold = false;
    lost = false;
    recipientsTold.clear();
    standing = null;
  }

  /** The session is over. */
  synchronized void quit() {
    reset();
    over = true;
    release();
  }

  private void release() {
    Dialogue open = dialogue;
    dialogue = null;
    if (open != null) {
      connections.giveBack(open.connection());
    }
  }

  /** Whether the milter isn't to see this client's mail. */
  private boolean hidden(SmtpSession session) {
    return over
        || (session.authenticated().isPresent()
            ? !options.authenticated()
            : session.mayRelay() && !options.relayNetworks());
  }

  private Subject subject(SmtpSession session) {
    return Subject.of(session, clientConnections);
  }

  private Verdict ofConnection(Exchange exchange) {
    try {
      return exchange.run();
    } catch (IOException e) {
      // The next mail tries again, and is answered for.
      lose(e);
      return NO_OPINION;
    } catch (RuntimeException e) {
      lose(e);
      throw e;
    }
  }

  private Verdict ofMessage(Exchange exchange) {
    Verdict known = standing;
    if (known != null) {
      return known;
    }
    try {
      return exchange.run();
    } catch (IOException e) {
      lose(e);
      lost = true;
      Verdict instead = switch (options.defaultAction()) {
        case ACCEPT, QUARANTINE -> NO_OPINION;
        case TEMPORARY -> new Verdict.Temporary(AWAY, "milter " + options.address() + " is away");
        case REJECT ->
          new Verdict.Permanent(AWAY_FOR_GOOD, "milter " + options.address() + " is away");
      };
      standing = instead;
      return instead;
    } catch (RuntimeException e) {
      lose(e);
      throw e;
    }
  }

  private void lose(Exception cause) {
    Dialogue open = dialogue;
    dialogue = null;
    if (open != null) {
      String why = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
      log.warn("milter {} is lost to a session: {}", options.address(), why);
      open.connection().close();
    }
  }

  /** Begins a message, unless that was done: tells all that comes before its recipients. */
  private Verdict begin(SmtpSession session) throws IOException {
    if (mailTold) {
      return NO_OPINION;
    }
    if (hidden(session)) {
      standing = NO_OPINION;
      return NO_OPINION;
    }
    Verdict verdict = introduce(session, session.helo());
    Optional<Envelope> envelope = session.transaction();
    Dialogue open = dialogue;
    if (!verdict.equals(NO_OPINION) || open == null || envelope.isEmpty()) {
      standing = verdict;
      return verdict;
    }
    mailTold = true;
    return verdict(
        Stage.MAIL, open.tell(Stage.MAIL, subject(session), Commands.mail(envelope.get())));
  }

  /** Opens a connection where there is none, and tells it of the client and its name. */
  private Verdict introduce(SmtpSession session, Optional<String> helo) throws IOException {
    Dialogue open = dialogue;
    if (open == null) {
      heloTold = Optional.empty();
      Verdict verdict = verdict(Stage.CONNECT, open(session));
      open = dialogue;
      if (!verdict.equals(NO_OPINION) || open == null) {
        return verdict;
      }
    }
    if (helo.isEmpty() || heloTold.equals(helo)) {
      return NO_OPINION;
    }
    heloTold = helo;
    return verdict(
        Stage.HELO, open.tell(Stage.HELO, subject(session), new Payload().text(helo.get())));
  }

  private Reply.Decision open(SmtpSession session) throws IOException {
    MilterConnection connection = connections.take();
    try {
      return greet(session, connection);
    } catch (IOException e) {
      connection.close();
      if (!connection.startedOver()) {
        throw e;
      }
      // It was closed while nobody used it, which says nothing of the milter.
      return greet(session, connections.open());
    }
  }

  private Reply.Decision greet(SmtpSession session, MilterConnection connection)
      throws IOException {
    Dialogue opened = new Dialogue(connection, macros, options);
    dialogue = opened;
    return opened.tell(Stage.CONNECT, subject(session), Commands.connect(session));
  }

  private Verdict tellRecipient(SmtpSession session, Recipient recipient) throws IOException {
    recipientsTold.add(recipient);
    Subject subject = subject(session).with(recipient, Optional.empty());
    return verdict(Stage.RCPT, open().tell(Stage.RCPT, subject, Commands.rcpt(recipient)));
  }

  private Verdict tellData(SmtpSession session) throws IOException {
    if (dataTold) {
      return NO_OPINION;
    }
    dataTold = true;
    return verdict(Stage.DATA, open().tell(Stage.DATA, subject(session), new Payload()));
  }

  private Verdict show(SmtpSession session, SpooledMail mail) throws IOException {
    for (Recipient recipient : mail.envelope().recipients()) {
      if (!recipientsTold.contains(recipient)) {
        // An earlier hook answered for it: the milter hears of it, but isn't asked.
        tellRecipient(session, recipient);
        if (standing != null) {
          return standing;
        }
      }
    }
    Verdict verdict = tellData(session);
    if (settled(verdict)) {
      return verdict;
    }
    Message message = Message.of(mail.content());
    Dialogue open = open();
    try (MailChanges changes = new MailChanges(mail, headers(message), open.negotiation(), queue)) {
      Reply.Decision decision =
          new MessageShowing(open, subject(session).with(mail), message).show(changes);
      Verdict decided = verdict(Stage.END_OF_MESSAGE, decision);
      standing = decided;
      return decided.equals(NO_OPINION) ? changes.verdict() : decided;
    }
  }

  private static Headers headers(Message message) {
    try {
      return message.headers();
    } catch (IOException e) {
      // Not the milter's fault.
      throw new UncheckedIOException("the message can't be read", e);
    }
  }

  private Dialogue open() throws MilterException {
    Dialogue open = dialogue;
    if (open == null) {
      throw new MilterException("is away");
    }
    return open;
  }

  private boolean settled(Verdict verdict) {
    return standing != null || !verdict.equals(NO_OPINION);
  }

  /** A decision in the server's words; what it means for the rest of the message or session is remembered. */
  private Verdict verdict(Stage stage, Reply.Decision decision) throws MilterException {
    Verdict verdict = Verdicts.of(decision, options.address());
    if (decision instanceof Reply.Accept && stage.ofConnection()) {
      over = true;
      release();
    } else if (Verdicts.endsMessage(stage, decision)) {
      standing = verdict;
    }
    return verdict;
  }
}
