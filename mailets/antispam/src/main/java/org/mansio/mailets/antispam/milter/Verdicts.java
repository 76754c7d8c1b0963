package org.mansio.mailets.antispam.milter;

import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Verdict;

/** What a milter decides, in the words of the server. */
final class Verdicts {
  private Verdicts() {}

  /** @throws MilterException when the milter says that it can't decide */
  static Verdict of(Reply.Decision decision, MilterAddress milter) throws MilterException {
    String by = "milter " + milter + " ";
    return switch (decision) {
      case Reply.Continue(), Reply.Skip(), Reply.Accept() -> Verdict.decline();
      case Reply.Reject() -> new Verdict.Permanent(RefusalText.REJECTED, by + "rejects");
      case Reply.TemporaryFailure() ->
        new Verdict.Temporary(RefusalText.TRY_AGAIN, by + "rejects for now");
      case Reply.Refusal(SmtpReply reply) -> refusal(reply, by + "rejects");
      case Reply.Discard() -> new Verdict.Discard(by + "discards");
      case Reply.Shutdown() ->
        new Verdict.Disconnect(
            SmtpReply.of(421, "4.7.0", "Closing connection"), by + "ends the session");
      case Reply.ConnectionFailure() -> throw new MilterException("says that it failed");
    };
  }

  private static Verdict refusal(SmtpReply reply, String reason) {
    if (reply.code() == 421) {
      // RFC 5321 §3.8: it says that the connection closes.
      return new Verdict.Disconnect(reply, reason);
    }
    return reply.isTemporary()
        ? new Verdict.Temporary(reply, reason)
        : new Verdict.Permanent(reply, reason);
  }

  /** Whether nothing more is asked of this message. A recipient that is refused leaves it to the others. */
  static boolean endsMessage(Stage stage, Reply.Decision decision) {
    if (decision instanceof Reply.Continue || decision instanceof Reply.Skip) {
      return false;
    }
    return switch (stage) {
      case CONNECT, HELO, UNKNOWN -> false;
      case RCPT -> decision instanceof Reply.Accept || decision instanceof Reply.Discard;
      case MAIL, DATA, HEADER, END_OF_HEADER, BODY, END_OF_MESSAGE -> true;
    };
  }
}
