package org.mansio.spi.smtp;

/** A hook's decision. The reason is for log and trace; the reply is for the client. */
public sealed interface Verdict {
  /** No objection, and no later hook is asked. */
  record Accept(String reason) implements Verdict {}

  /** No opinion. */
  record Decline() implements Verdict {}

  /** Refused for now. @param reply 4xx */
  record Temporary(SmtpReply reply, String reason) implements Verdict {}

  /** Refused. @param reply 5xx */
  record Permanent(SmtpReply reply, String reason) implements Verdict {}

  /** Refused, and the connection ends. @param reply 421 or 554 */
  record Disconnect(SmtpReply reply, String reason) implements Verdict {}

  static Verdict decline() {
    return new Decline();
  }

  static Verdict accept(String reason) {
    return new Accept(reason);
  }
}
