package org.mansio.protocols.smtp;

import java.io.IOException;
import java.util.Map;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpService;

/**
 * Any octets as a whole session: nothing breaks, every answer is a reply, each mail that is said to be queued is queued, and no
 * message keeps a CR or LF of its own (RFC 5321 §2.3.8), whatever came.
 */
public final class CommandFuzz {
  private static final int MAX_MESSAGE = 1 << 20;
  private static FuzzedListener listener = listener();
  private static int mails;

  private CommandFuzz() {}

  private static FuzzedListener listener() {
    return new FuzzedListener(SmtpService.SMTP, Map.of("maxMessageSize", "1M"));
  }

  /** Called by the fuzzer for each input. */
  public static void fuzzerTestOneInput(byte[] octets) throws IOException {
    FuzzedListener.Session session = listener.session(octets);
    FuzzedListener.check(
        session.taken() == session.mails().size(),
        session.taken() + " mails acknowledged, " + session.mails().size() + " queued");
    for (SpooledMail mail : session.mails()) {
      if (mail.envelope().body() != BodyType.BINARY_MIME) {
        FuzzedListener.check(
            hasCleanLines(mail.content().bytes(MAX_MESSAGE)), "a bare CR or LF got in");
      }
    }
    mails += session.mails().size();
    if (mails > 1000) {
      // The queue keeps what it gets.
      listener = listener();
      mails = 0;
    }
  }

  private static boolean hasCleanLines(byte[] message) {
    for (int i = 0; i < message.length; i++) {
      boolean cr = i > 0 && message[i - 1] == '\r';
      boolean lf = i + 1 < message.length && message[i + 1] == '\n';
      if (message[i] == '\n' && !cr || message[i] == '\r' && !lf) {
        return false;
      }
    }
    return true;
  }
}
