package org.mansio.spi.smtp;

import java.time.Duration;
import java.util.Optional;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;

/**
 * Decides while the client waits. At each stage hooks are asked in the order of the configuration, until one accepts,
 * refuses or discards. May block; the server bounds it by a time-out, interrupts it then, and goes on as {@link HookUse}
 * says, also when it throws. What a hook decides stands in the trace of the mail, and in its attribute {@link #MARK} and the hook's name.
 * Thread-safe.
 */
public interface SmtpHook {
  /** Begins the name of the attribute that tells of a hook, such as {@code mansio.hook.DnsLists}. */
  String MARK = "mansio.hook.";

  /** As its factory's, so that an operator finds it again. */
  String name();

  /** How long it may think at one stage, where the configuration doesn't say so; empty: as long as the listener's others. */
  default Optional<Duration> timeout() {
    return Optional.empty();
  }

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

  /**
   * A recipient that the server refuses by itself, before the client hears it: unknown, or not to be relayed to. A verdict
   * can only make it worse: delay, discard and disconnect count.
   */
  default Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
    return Verdict.decline();
  }

  /** At DATA, before the client may send the message; the envelope in the session has all recipients. */
  default Verdict onDataStart(SmtpSession session) {
    return Verdict.decline();
  }

  /** After the final dot, before the mail is enqueued. */
  default Verdict onData(SmtpSession session, SpooledMail mail) {
    return Verdict.decline();
  }

  /** At a command that the server doesn't know. @param line the whole of it */
  default Verdict onUnknown(SmtpSession session, String line) {
    return Verdict.decline();
  }

  /** When a mail transaction has ended: with its message, by RSET or EHLO, or since MAIL was refused. */
  default void onReset(SmtpSession session) {}

  /** When the session ends, however it does. */
  default void onQuit(SmtpSession session) {}
}
