package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.BEFORE_TLS;
import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.JUNK;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.mansio.protocols.core.CommandTable;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.Services;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.smtp.SmtpReply;

/** HELP, NOOP, QUIT and those that are known but not implemented (RFC 5321 §4.1.1.6 to §4.1.1.10). */
final class SimpleCommands {
  private static final List<String> NOT_IMPLEMENTED = List.of(
      "MAIL",
      "RCPT",
      "DATA",
      "BDAT",
      "VRFY",
      "EXPN",
      "SEND",
      "SOML",
      "SAML",
      "TURN",
      "ETRN",
      "ATRN",
      "AUTH",
      "STARTTLS");

  private final Services services;
  private final Supplier<CommandTable<SmtpCommand>> table;

  /** @param table asked when HELP is */
  SimpleCommands(Services services, Supplier<CommandTable<SmtpCommand>> table) {
    this.services = services;
    this.table = table;
  }

  List<SmtpCommand> commands() {
    return List.of(
        SmtpCommand.of("NOOP", Set.of(JUNK, BEFORE_TLS, ENDS_GROUP), "NOOP", this::noop),
        SmtpCommand.of("HELP", Set.of(JUNK, BEFORE_TLS, ENDS_GROUP), "HELP [verb]", this::help),
        SmtpCommand.of("QUIT", Set.of(BEFORE_TLS, ENDS_GROUP), "QUIT", this::quit));
  }

  /** RFC 5321 §4.2.4: 502 for a command that is recognised but not there, 500 for all others. */
  static SmtpReply unknown(String verb) {
    boolean ascii = verb.chars().allMatch(c -> c < 128);
    return ascii && NOT_IMPLEMENTED.contains(verb.toUpperCase(Locale.ROOT))
        ? Replies.NOT_IMPLEMENTED
        : Replies.UNKNOWN_COMMAND;
  }

  private void noop(Session session, String argument) throws ConnectionEnd {
    session.reply(Replies.OK);
  }

  private void quit(Session session, String argument) throws ConnectionEnd {
    if (argument.isEmpty()) {
      session.end(
          SmtpReply.of(221, "2.0.0", services.environment().hostname() + " closing connection"));
    } else {
      session.reply(Replies.NO_ARGUMENT);
    }
  }

  private void help(Session session, String argument) throws ConnectionEnd {
    if (argument.isEmpty()) {
      List<String> lines = new ArrayList<>(List.of("Commands:"));
      table.get().all().forEach(command -> lines.add("  " + command.help()));
      session.reply(new SmtpReply(214, Optional.of(EnhancedStatus.parse("2.0.0")), lines));
      return;
    }
    Optional<SmtpCommand> command = table.get().find(argument);
    session.reply(command
        .map(found -> SmtpReply.of(214, "2.0.0", found.help()))
        .orElse(SmtpReply.of(504, "5.5.4", "No such command")));
  }
}
