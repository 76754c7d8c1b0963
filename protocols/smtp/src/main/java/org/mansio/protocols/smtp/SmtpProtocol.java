package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.BEFORE_TLS;
import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.JUNK;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_AUTH;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_HELO;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_TLS;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NOT_WHEN_TURNED;
import static org.mansio.spi.smtp.SmtpVerb.Flag.OUTSIDE_TRANSACTION;

import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.mansio.protocols.core.CommandTable;
import org.mansio.protocols.core.Connection;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.core.Line;
import org.mansio.protocols.core.Protocol;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.smtp.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatcher: reads commands, enforces the flags of the table in one place, and catches what a command throws in one
 * place. Thread-safe; all state is in the {@link Session}.
 */
final class SmtpProtocol implements Protocol {
  private static final Logger log = LoggerFactory.getLogger(SmtpProtocol.class);

  // What a browser says when a page makes it talk to a mail server; nobody else begins so.
  private static final Set<String> FOREIGN =
      Set.of("GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT");

  private final String listener;
  private final ListenerOptions options;
  private final CommandTable<SmtpCommand> commands;
  private final Greeting greeting;
  private final Hooks hooks;
  private final Supplier<DnsResolver> dns;
  private final int longestLine;

  /** @param dns asked at the first look-up of a session */
  SmtpProtocol(
      String listener,
      ListenerOptions options,
      Greeting greeting,
      CommandTable<SmtpCommand> commands,
      Hooks hooks,
      Supplier<DnsResolver> dns) {
    this.listener = listener;
    this.options = options;
    this.commands = commands;
    this.greeting = greeting;
    this.hooks = hooks;
    this.dns = dns;
    this.longestLine = commands.all().stream()
        .mapToInt(SmtpCommand::maxLine)
        .max()
        .orElse(SmtpCommand.MAX_COMMAND_LINE);
  }

  @Override
  public byte[] overloaded() {
    return ReplyFormat.octets(Replies.TOO_MANY_CONNECTIONS);
  }

  @Override
  public void serve(Connection connection) throws ConnectionEnd {
    serve(connection, mails -> {});
  }

  /** @param counted told at the end how many mails were taken */
  void serve(Connection connection, LongConsumer counted) throws ConnectionEnd {
    RemoteName remoteName = new RemoteName(connection.remote().getAddress(), dns);
    Session session = new Session(connection, listener, options, remoteName);
    log.debug("{}: connected", session);
    try {
      if (greeting.greet(session)) {
        while (!session.ending()) {
          command(session);
        }
      }
    } catch (ConnectionEnd end) {
      switch (end.reason()) {
        case PEER -> throw end;
        case TIMEOUT -> session.end(Replies.TIMEOUT);
        case STOPPING -> session.end(Replies.STOPPING);
      }
    } finally {
      counted.accept(session.tally().mailsTaken());
      hooks.quit(session);
      // Lets go of a message that was left unfinished.
      session.resetTransaction();
      log.debug("{}: over", session);
    }
  }

  private void command(Session session) throws ConnectionEnd {
    int errorsBefore = session.errors();
    Line line = read(session);
    if (!session.connection().withinCommandRate()) {
      log.info("{}: cut off, more commands a minute than maxCommandRate", session);
      session.end(Replies.TOO_FAST);
      return;
    }
    switch (line) {
      case Line.Text(String text, int octets) -> dispatch(session, text, octets);
      case Line.Faulty(Line.Fault fault) ->
        session.reply(
            switch (fault) {
              case TOO_LONG -> Replies.LINE_TOO_LONG;
              case BARE_CONTROL -> Replies.LINE_END;
              case NOT_UTF8 -> Replies.NOT_UTF8;
            });
    }
    if (session.errors() > errorsBefore
        && session.errors() > options.maxErrors()
        && !session.ending()) {
      log.info("{}: cut off after {} errors", session, session.errors());
      session.end(Replies.TOO_MANY_ERRORS);
    }
  }

  private Line read(Session session) throws ConnectionEnd {
    Optional<Chunks> chunks = session.mail().chunks();
    return chunks.isPresent()
        // A client isn't to be slow between the chunks of a message that it may not be slow within.
        ? session.connection().readLine(longestLine, chunks.get().pace())
        : session.connection().readLine(longestLine, !session.inTransaction());
  }

  private void dispatch(Session session, String line, int octets) throws ConnectionEnd {
    int space = line.indexOf(' ');
    String verb = space < 0 ? line : line.substring(0, space);
    String argument = space < 0 ? "" : Blanks.strip(line.substring(space + 1));
    Optional<SmtpCommand> found = commands.find(verb);
    if (found.isEmpty()) {
      unknown(session, line, verb, octets);
      return;
    }
    SmtpCommand command = found.get();
    if (command.has(JUNK) && session.tally().countJunk() > options.maxJunkCommands()) {
      log.info("{}: cut off after too many commands without a mail", session);
      session.end(Replies.TOO_MUCH_JUNK);
      return;
    }
    Optional<SmtpReply> refusal =
        octets > command.maxLine() ? Optional.of(Replies.LINE_TOO_LONG) : guard(session, command);
    if (refusal.isPresent()) {
      command.handler().refuse(session, argument, refusal.get());
    } else {
      run(session, command, argument);
    }
    if (command.has(ENDS_GROUP)) {
      session.connection().flush();
    }
  }

  private void unknown(Session session, String line, String verb, int octets) throws ConnectionEnd {
    if (FOREIGN.contains(verb)) {
      log.warn("{}: speaks HTTP", session);
      session.end(SmtpReply.of(421, "4.7.0", "This is not HTTP, closing connection"));
    } else if (octets > SmtpCommand.MAX_COMMAND_LINE) {
      session.reply(Replies.LINE_TOO_LONG);
    } else if (hooks.pass(session, "unknown command", (hook, seen) -> hook.onUnknown(seen, line))) {
      session.reply(SimpleCommands.unknown(verb));
    }
  }

  /** All that the flags demand. */
  private Optional<SmtpReply> guard(Session session, SmtpCommand command) {
    boolean tlsDemanded = options.requireTls() && !session.tls();
    if (tlsDemanded && (!command.has(BEFORE_TLS) || command.has(NEEDS_TLS))) {
      return Optional.of(Replies.TLS_FIRST);
    }
    if (command.has(NEEDS_HELO) && session.helo().isEmpty()) {
      return Optional.of(Replies.HELO_FIRST);
    }
    if (command.has(NOT_WHEN_TURNED) && session.turned()) {
      return Optional.of(Replies.TURNED);
    }
    if (command.has(NEEDS_AUTH) && session.authenticated().isEmpty()) {
      return Optional.of(Replies.AUTH_FIRST);
    }
    if (command.has(OUTSIDE_TRANSACTION) && session.inTransaction()) {
      return Optional.of(Replies.IN_TRANSACTION);
    }
    return Optional.empty();
  }

  /** The one catch point of a command. */
  private static void run(Session session, SmtpCommand command, String argument)
      throws ConnectionEnd {
    try {
      command.handler().handle(session, argument);
    } catch (ConnectionEnd end) {
      throw end;
    } catch (DirectoryException e) {
      log.warn("{}: {} answered 451: {}", session, command.verb(), e.getMessage());
      failed(session);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      session.end(Replies.STOPPING);
    } catch (Exception e) {
      log.error("{}: {} failed", session, command.verb(), e);
      failed(session);
    } catch (StackOverflowError | OutOfMemoryError e) {
      // One client's command must not be able to leave others without an answer; its own session
      // can't be trusted.
      log.error("{}: {} failed, session ended", session, command.verb(), e);
      session.end(Replies.BROKEN);
    }
  }

  private static void failed(Session session) throws ConnectionEnd {
    if (session.receivingData()) {
      // The rest of a message would be read as commands.
      session.end(Replies.BROKEN);
    } else {
      session.reply(Replies.LOCAL_ERROR);
    }
  }
}
