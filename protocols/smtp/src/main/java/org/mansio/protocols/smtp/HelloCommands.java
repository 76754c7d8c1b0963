package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.BEFORE_TLS;
import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.JUNK;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpVerb;

/** EHLO and HELO (RFC 5321 §4.1.1.1), LHLO (RFC 2033 §4.1): the client says who it is, the server what it can. */
final class HelloCommands {
  private static final Set<SmtpVerb.Flag> FLAGS = Set.of(JUNK, BEFORE_TLS, ENDS_GROUP);
  private static final int MAX_NAME = 255;

  private final String hostname;
  private final List<SmtpExtension> extensions;
  private final Hooks hooks;

  HelloCommands(String hostname, List<SmtpExtension> extensions, Hooks hooks) {
    this.hostname = hostname;
    this.extensions = extensions;
    this.hooks = hooks;
  }

  /** RFC 2033 §4.1: LMTP has LHLO instead of HELO and EHLO. */
  List<SmtpCommand> commands(SmtpService service) {
    return service == SmtpService.LMTP
        ? List.of(SmtpCommand.of("LHLO", FLAGS, "LHLO name", this::extended))
        : List.of(
            SmtpCommand.of("EHLO", FLAGS, "EHLO name", this::extended),
            SmtpCommand.of("HELO", FLAGS, "HELO name", this::plain));
  }

  private void extended(Session session, String argument) throws ConnectionEnd {
    if (!accepted(session, argument)) {
      return;
    }
    session.greeted(argument, true);
    List<String> lines = new ArrayList<>();
    lines.add(hostname);
    for (SmtpExtension extension : extensions) {
      lines.addAll(extension.ehloLines(session));
    }
    session.reply(new SmtpReply(250, Optional.empty(), lines));
  }

  private void plain(Session session, String argument) throws ConnectionEnd {
    if (accepted(session, argument)) {
      session.greeted(argument, false);
      session.reply(SmtpReply.of(250, hostname));
    }
  }

  /**
   * RFC 5321 §4.1.4 lets nobody be refused for a name that isn't its own; names with an underscore and the like are common.
   * What is asked for is one word of printable ASCII.
   */
  private boolean accepted(Session session, String argument) throws ConnectionEnd {
    if (argument.isEmpty()
        || argument.length() > MAX_NAME
        || !argument.chars().allMatch(c -> c > ' ' && c < 127)) {
      session.reply(Replies.syntax("Expected a domain name or an address literal"));
      return false;
    }
    // RFC 5321 §4.1.4: it ends a transaction under way; what hooks say now is of the session.
    hooks.reset(session);
    return hooks.pass(session, "helo", (hook, seen) -> hook.onHelo(seen, argument));
  }
}
