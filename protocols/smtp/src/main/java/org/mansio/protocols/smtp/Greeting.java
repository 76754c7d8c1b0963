package org.mansio.protocols.smtp;

import java.util.Optional;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpService;

/** The first reply of a session (RFC 5321 §3.1), after the hooks have seen who connects. Thread-safe. */
record Greeting(String hostname, ListenerOptions options, Hooks hooks) {
  /** Lets the client in and greets it. @return whether the session goes on */
  boolean greet(Session session) throws ConnectionEnd {
    boolean admitted = admit(session);
    if (admitted) {
      welcome(session);
    }
    return admitted;
  }

  /** Asks whether the client may talk at all, and ends the session when it may not. @return whether it may */
  boolean admit(Session session) throws ConnectionEnd {
    Optional<Hooks.Refusal> refusal = hooks.ask(session, "connect", SmtpHook::onConnect);
    if (refusal.isPresent()) {
      // RFC 5321 §3.1, §4.3.2: instead of a greeting only 554 or 421 may stand.
      SmtpReply reply = refusal.get().reply();
      session.end(new SmtpReply(reply.isTemporary() ? 421 : 554, reply.status(), reply.lines()));
      return false;
    }
    session.admitted();
    return true;
  }

  /** The greeting itself, for a client that was let in. */
  void welcome(Session session) throws ConnectionEnd {
    // RFC 5321 §4.2: the greeting's first word is the host name; RFC 2034 §4 gives it no enhanced
    // status.
    String protocol = options.service() == SmtpService.LMTP ? " LMTP " : " ESMTP ";
    session.reply(SmtpReply.of(220, hostname + protocol + options.banner()));
  }
}
