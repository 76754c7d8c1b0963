package org.mansio.queue.outgoing;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.Message;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;

/** The mark of a mail that may be delivered twice. */
public final class Repetition {
  private Repetition() {}

  /**
   * The event for the trace. It names the Message-ID, since what the trace knew of it may have gone with the crash.
   *
   * @param where the spool, or the lane
   */
  public static TraceEvent of(SpooledMail mail, String where, String text) {
    Map<String, String> details =
        messageId(mail).map(id -> Map.of("message-id", id)).orElse(Map.of());
    return TraceEvent.now(mail.id(), TraceEvent.Kind.REPEATED, where, text, details);
  }

  private static Optional<String> messageId(SpooledMail mail) {
    try {
      return Message.of(mail.content()).headers().value("Message-ID").map(String::strip);
    } catch (IOException e) {
      // A message that can't be read, or whose header is too long, has to do without.
      return Optional.empty();
    }
  }
}
