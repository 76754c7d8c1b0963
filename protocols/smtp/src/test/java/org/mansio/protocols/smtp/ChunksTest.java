package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in chunks (RFC 3030), however the octets are cut: by the client into chunks, and on their way into pieces. */
class ChunksTest {
  private static final String HEAD =
      "EHLO c.example\r\nMAIL FROM:<x@example.net> BODY=BINARYMIME\r\nRCPT TO:<alice@example.org>\r\n";
  private static final String MESSAGE = "Subject: x\r\n\r\n.\r\n..a\n\rQUIT\r\n\0z";

  @Test
  void theMessageIsTheSameInEverySplitIntoPieces() throws IOException {
    String session = HEAD + "BDAT 14\r\n" + MESSAGE.substring(0, 14) + "BDAT "
        + (MESSAGE.length() - 14) + " LAST\r\n" + MESSAGE.substring(14) + "NOOP\r\n";
    try (TestListener listener = new TestListener("smtp").start()) {
      for (int cut = HEAD.length(); cut < session.length(); cut++) {
        try (Client client = listener.client()) {
          client.send(session.substring(0, cut));
          client.send(session.substring(cut));
          for (String code :
              new String[] {"250", "250", "250", "250", "250 2.0.0 Ok: q", "250 2.0.0 Ok"}) {
            assertThat(client.reply()).as("cut at %s", cut).startsWith(code);
          }
        }
      }
      assertThat(listener.services.queue.mails())
          .hasSize(session.length() - HEAD.length())
          .allSatisfy(mail -> assertThat(text(mail.content().bytes(1 << 20))).endsWith(MESSAGE));
    }
  }

  @Test
  void theMessageIsTheSameInEverySplitIntoChunks() throws IOException {
    try (TestListener listener = new TestListener("smtp").start()) {
      for (int cut = 0; cut <= MESSAGE.length(); cut++) {
        try (Client client = listener.client()) {
          client.send(HEAD + "BDAT " + cut + "\r\n" + MESSAGE.substring(0, cut) + "BDAT "
              + (MESSAGE.length() - cut) + " LAST\r\n" + MESSAGE.substring(cut) + "QUIT\r\n");
          for (int i = 0; i < 5; i++) {
            assertThat(client.reply()).as("cut at %s", cut).startsWith("250");
          }
          assertThat(client.reply()).startsWith("221");
        }
      }
      assertThat(listener.services.queue.mails())
          .hasSize(MESSAGE.length() + 1)
          .allSatisfy(mail -> assertThat(text(mail.content().bytes(1 << 20))).endsWith(MESSAGE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reject", "normalise"})
  void aBareLineEndAcrossTwoChunksIsSeen(String policy) throws IOException {
    try (TestListener listener =
            new TestListener("smtp").set("bareLineFeed", policy).start();
        Client client = listener.client()) {
      client.send("EHLO c.example\r\nMAIL FROM:<x@example.net>\r\nRCPT TO:<alice@example.org>\r\n"
          + "BDAT 4\r\n\r\na\rBDAT 2\r\nb\nBDAT 1 LAST\r\n\r");
      for (int i = 0; i < 5; i++) {
        assertThat(client.reply()).startsWith("250");
      }
      if (policy.equals("reject")) {
        assertThat(client.reply()).startsWith("550 5.6.0");
      } else {
        assertThat(client.reply()).startsWith("250 2.0.0 Ok: queued");
        assertThat(text(listener.services.queue.mails().getFirst().content().bytes(1 << 20)))
            .endsWith("\r\na b\r\n ");
      }
    }
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
