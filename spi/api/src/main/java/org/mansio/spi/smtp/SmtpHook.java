package org.mansio.spi.smtp;

import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;

/**
 * Decides while the client waits. Hooks run in the order of the configuration; the first verdict other than decline
 * counts. May block; the server bounds it by a time-out and then goes on as if it had declined. Thread-safe.
 */
public interface SmtpHook {
  String name();

  /** Before the greeting. */
  default Verdict onConnect(SmtpSession session) {
    return Verdict.decline();
  }

  default Verdict onHelo(SmtpSession session, String name) {
    return Verdict.decline();
  }

  /** The envelope in the session has the sender already. */
  default Verdict onMail(SmtpSession session) {
    return Verdict.decline();
  }

  default Verdict onRcpt(SmtpSession session, Recipient recipient) {
    return Verdict.decline();
  }

  /** After the final dot, before the mail is enqueued. */
  default Verdict onData(SmtpSession session, SpooledMail mail) {
    return Verdict.decline();
  }

  /** When the session ends, however it does. */
  default void onQuit(SmtpSession session) {}
}
