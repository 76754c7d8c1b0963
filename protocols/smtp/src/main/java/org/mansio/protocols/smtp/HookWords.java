package org.mansio.protocols.smtp;

import java.time.Duration;
import java.util.Optional;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Verdict;

/** Verdicts as log, trace and marks tell them. */
final class HookWords {
  private HookWords() {}

  /**
   * What a hook does, or would do; empty when it has no opinion.
   *
   * @param followed whether the verdict counts
   */
  static Optional<String> of(Verdict verdict, boolean followed) {
    return switch (verdict) {
      case Verdict.Decline() -> Optional.empty();
      case Verdict.Accept(String reason) -> Optional.of(does("accept", followed) + ": " + reason);
      case Verdict.Delay(Duration by, String reason) ->
        Optional.of(does("delay", followed) + " the answer by " + by.toMillis() + " ms: " + reason);
      case Verdict.Changed changed ->
        Optional.of(does("change", followed) + " the mail: " + changed.reason());
      case Verdict.Discard(String reason) -> Optional.of(does("discard", followed) + ": " + reason);
      case Verdict.Temporary(SmtpReply reply, String reason) ->
        Optional.of(refusal(reply, reason, followed));
      case Verdict.Permanent(SmtpReply reply, String reason) ->
        Optional.of(refusal(reply, reason, followed));
      case Verdict.Disconnect(SmtpReply reply, String reason) ->
        Optional.of(refusal(reply, reason, followed));
    };
  }

  static boolean isRefusal(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Temporary ignored -> true;
      case Verdict.Permanent ignored -> true;
      case Verdict.Disconnect ignored -> true;
      case Verdict.Decline ignored -> false;
      case Verdict.Accept ignored -> false;
      case Verdict.Delay ignored -> false;
      case Verdict.Changed ignored -> false;
      case Verdict.Discard ignored -> false;
    };
  }

  private static String refusal(SmtpReply reply, String reason, boolean followed) {
    return does("refuse", followed) + " with " + reply + ": " + reason;
  }

  private static String does(String verb, boolean followed) {
    return followed ? verb + "s" : "would " + verb;
  }
}
