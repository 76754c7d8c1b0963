package org.mansio.protocols.smtp;

import java.util.Set;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpVerb;
import org.mansio.spi.smtp.TurningVerb;

/**
 * A line of the command table.
 *
 * @param verb upper case
 * @param flags what the dispatcher enforces before the handler is asked
 * @param maxLine the longest command line in octets, with CR LF
 * @param help the line for HELP
 */
record SmtpCommand(
    String verb, Set<SmtpVerb.Flag> flags, int maxLine, String help, Handler handler) {
  /** RFC 5321 §4.5.3.1.4, with CR LF. */
  static final int MAX_COMMAND_LINE = 512;

  /** Answers a command. */
  @FunctionalInterface
  interface Handler {
    /**
     * Replies to the session, once or as often as the command demands.
     *
     * @param argument what follows the verb, trimmed; empty when nothing does
     */
    void handle(Session session, String argument) throws Exception;

    /**
     * Replies that the command isn't handled now. For a command that more follows than its line, which has to be read in
     * that case, too.
     */
    default void refuse(Session session, String argument, SmtpReply reply) throws ConnectionEnd {
      session.reply(reply);
    }
  }

  SmtpCommand {
    flags = Set.copyOf(flags);
  }

  static SmtpCommand of(String verb, Set<SmtpVerb.Flag> flags, String help, Handler handler) {
    return new SmtpCommand(verb, flags, MAX_COMMAND_LINE, help, handler);
  }

  /** A plugin's verb. */
  static SmtpCommand of(SmtpVerb verb) {
    return of(
        verb.name(),
        verb.flags(),
        verb.help(),
        verb instanceof TurningVerb turning
            ? new RoleSwap(turning)
            : (session, argument) -> session.reply(verb.handle(session, argument)));
  }

  boolean has(SmtpVerb.Flag flag) {
    return flags.contains(flag);
  }
}
