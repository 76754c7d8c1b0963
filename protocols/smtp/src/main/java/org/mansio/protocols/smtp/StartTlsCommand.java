package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.BEFORE_TLS;
import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_HELO;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NOT_WHEN_TURNED;

import java.util.Set;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.smtp.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** STARTTLS (RFC 3207). */
final class StartTlsCommand {
  private static final Logger log = LoggerFactory.getLogger(StartTlsCommand.class);
  private static final SmtpReply READY = SmtpReply.of(220, "2.0.0", "Ready to start TLS");
  private static final SmtpReply ALREADY = SmtpReply.of(503, "5.5.1", "TLS is active already");
  private static final SmtpReply UNAVAILABLE =
      SmtpReply.of(454, "4.7.0", "TLS not available, try again later");
  private static final SmtpReply INJECTED =
      SmtpReply.of(554, "5.5.0", "Commands behind STARTTLS, closing connection");

  private final Hooks hooks;

  StartTlsCommand(Hooks hooks) {
    this.hooks = hooks;
  }

  SmtpCommand command() {
    return SmtpCommand.of(
        "STARTTLS",
        Set.of(NEEDS_HELO, BEFORE_TLS, NOT_WHEN_TURNED, ENDS_GROUP),
        "STARTTLS",
        this::startTls);
  }

  private void startTls(Session session, String argument) throws ConnectionEnd {
    if (!argument.isEmpty()) {
      // RFC 3207 §4.
      session.reply(Replies.NO_ARGUMENT);
    } else if (session.tls()) {
      session.reply(ALREADY);
    } else if (started(session)) {
      hooks.reset(session);
      session.secured();
      log.debug("{}: {}", session, session.tlsDescription().orElse(""));
    }
  }

  private static boolean started(Session session) throws ConnectionEnd {
    boolean started;
    try {
      started = session.connection().startTls(ReplyFormat.octets(READY));
    } catch (IllegalStateException e) {
      // RFC 3207 §4.
      log.error("{}: no TLS; look at the server's certificate", session, e);
      session.reply(UNAVAILABLE);
      return false;
    }
    if (!started) {
      // What came in the clear behind STARTTLS could be somebody else's, and must not count as said
      // under TLS.
      log.warn("{}: sent commands behind STARTTLS without waiting", session);
      session.end(INJECTED);
    }
    return started;
  }
}
