package org.mansio.protocols.smtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.mansio.spi.smtp.SmtpService;

/**
 * Any octets as a binary message in any chunks (RFC 3030): what arrives is what was sent, none of it is taken for a command,
 * and the command behind the last chunk is heard.
 */
public final class ChunkFuzz {
  private static final int MAX_CHUNKS = 8;
  private static final int MAX_MESSAGE = 1 << 20;
  private static FuzzedListener listener = listener();
  private static int mails;

  private ChunkFuzz() {}

  private static FuzzedListener listener() {
    return new FuzzedListener(SmtpService.SMTP, Map.of());
  }

  /** Called by the fuzzer for each input: how many chunks, how long each is, and the message. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    int chunks = input.length == 0 ? 0 : Math.min(input[0] & (MAX_CHUNKS - 1), input.length - 1);
    byte[] message = Arrays.copyOfRange(input, Math.min(input.length, chunks + 1), input.length);
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    say(octets, "EHLO c.example\r\nMAIL FROM:<x@example.net> BODY=BINARYMIME\r\n");
    say(octets, "RCPT TO:<alice@example.org>\r\n");
    int sent = 0;
    for (int i = 1; i <= chunks; i++) {
      int size = Math.min(input[i] & 0xff, message.length - sent);
      say(octets, "BDAT " + size + "\r\n");
      octets.write(message, sent, size);
      sent += size;
    }
    say(octets, "BDAT " + (message.length - sent) + " LAST\r\n");
    octets.write(message, sent, message.length - sent);
    say(octets, "QUIT\r\n");
    check(listener.session(octets.toByteArray()), message);
    mails++;
    if (mails > 1000) {
      // The queue keeps what it gets.
      listener = listener();
      mails = 0;
    }
  }

  private static void say(ByteArrayOutputStream octets, String text) {
    octets.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void check(FuzzedListener.Session session, byte[] message) throws IOException {
    FuzzedListener.check(
        session.replies().getLast().startsWith("221 "), "QUIT wasn't heard: " + session.replies());
    if (session.taken() == 0) {
      // Too many Received fields, or a solicitation: the message says so itself.
      FuzzedListener.check(session.mails().isEmpty(), "queued, but not acknowledged");
      return;
    }
    FuzzedListener.check(
        session.mails().size() == 1, "not one mail, but " + session.mails().size());
    byte[] arrived = session.mails().getFirst().content().bytes(MAX_MESSAGE);
    int added = arrived.length - message.length;
    FuzzedListener.check(
        added > 0 && Arrays.equals(arrived, added, arrived.length, message, 0, message.length),
        "the message has changed");
  }
}
