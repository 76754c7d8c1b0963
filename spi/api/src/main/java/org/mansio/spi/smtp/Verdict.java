package org.mansio.spi.smtp;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.queue.SpooledMail;

/** A hook's decision. The reason is for log and trace; the reply is for the client. */
public sealed interface Verdict {
  /** No objection, and no later hook is asked at this stage. */
  record Accept(String reason) implements Verdict {}

  /** No opinion. */
  record Decline() implements Verdict {}

  /** No opinion, but the client waits that long for its answer, a minute at the most; later hooks are asked. */
  record Delay(Duration by, String reason) implements Verdict {}

  /**
   * No objection, but the mail goes on changed; later hooks are asked about the changed one. At the data stage only; at
   * any other it counts as no opinion.
   *
   * @param mail under the id that it had
   * @param reason what was changed
   * @param writer what holds the new content, where the hook wrote it with {@link org.mansio.spi.queue.MailQueue#newContent};
   *     the server closes it when it is done with the mail
   */
  record Changed(SpooledMail mail, String reason, Optional<ContentWriter> writer)
      implements Verdict {
    public Changed {
      Objects.requireNonNull(mail);
      Objects.requireNonNull(writer);
    }

    /** A mail with another envelope, other attributes, or content that needs no writer. */
    public Changed(SpooledMail mail, String reason) {
      this(mail, reason, Optional.empty());
    }
  }

  /**
   * The client is answered as if all were well, and the mail is dropped at its end; no later hook is asked about it. The
   * trace says why. At connect and helo it holds for all mail of the session.
   */
  record Discard(String reason) implements Verdict {}

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
