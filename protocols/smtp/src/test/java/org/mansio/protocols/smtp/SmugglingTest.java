package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mansio.spi.queue.SpooledMail;

/**
 * What some server somewhere has taken for the end of a message (CVE-2023-51764, -51765, -51766): whichever way a message
 * with it comes, it stays one message, or none, and what follows in it is text.
 */
class SmugglingTest {
  private static final List<String> ENDS = List.of(
      "\n.\n",
      "\n.\r\n",
      "\r\n.\n",
      "\r.\r",
      "\r\r\n.\r\r\n",
      "\r\n.\r",
      "\r.\r\n",
      "\n.\r",
      "\r\n\0.\r\n",
      "\r\n.\0\r\n",
      "\r\n. \r\n");
  private static final String SMUGGLED =
      "MAIL FROM:<admin@example.org>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nSmuggled: yes\r\n";

  static Stream<Arguments> variants() {
    return ENDS.stream()
        .flatMap(end -> Stream.of("reject", "normalise")
            .map(policy -> Arguments.argumentSet(
                policy + " " + end.replace("\r", "CR").replace("\n", "LF").replace("\0", "NUL"),
                policy,
                end)));
  }

  private static void check(TestListener listener, String reply, String policy) throws IOException {
    List<SpooledMail> mails = listener.services.queue.mails();
    if (reply.startsWith("550 5.6.0")) {
      assertThat(policy).isEqualTo("reject");
      assertThat(mails).isEmpty();
    } else {
      assertThat(reply).startsWith("250 2.0.0");
      assertThat(mails).hasSize(1);
      assertThat(mails.getFirst().envelope().reversePath()).isEqualTo("<x@example.net>");
      String text = new String(mails.getFirst().content().bytes(1 << 20), StandardCharsets.UTF_8);
      assertThat(text).contains("Smuggled: yes");
      assertThat(text.replace("\r\n", ""))
          .doesNotContain("\n", policy.equals("reject") ? "\n" : "\r");
    }
  }

  private static void begin(Client client) throws IOException {
    client.ask("EHLO client.example");
    client.ask("MAIL FROM:<x@example.net>");
    client.ask("RCPT TO:<alice@example.org>");
  }

  @ParameterizedTest
  @MethodSource("variants")
  void endsNoMessageBehindData(String policy, String end) throws IOException {
    try (TestListener listener =
            new TestListener("smtp").set("bareLineFeed", policy).start();
        Client client = listener.client()) {
      begin(client);
      client.ask("DATA");
      client.send("Subject: one\r\n\r\ntext" + end + SMUGGLED + "\r\n.\r\nNOOP\r\n");
      check(listener, client.reply(), policy);
      assertThat(client.reply()).startsWith("250 2.0.0 Ok");
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void endsNoMessageWithChunksPipelinedBehind(String policy, String end) throws IOException {
    String inner = end + SMUGGLED + "BDAT 5 LAST\r\nhello" + end;
    String first = "Subject: one\r\n\r\ntext" + inner.substring(0, 1);
    String last = inner.substring(1) + "\r\n";
    try (TestListener listener =
            new TestListener("smtp").set("bareLineFeed", policy).start();
        Client client = listener.client()) {
      begin(client);
      client.send("BDAT " + first.length() + "\r\n" + first + "BDAT " + last.length() + " LAST\r\n"
          + last + "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
      assertThat(client.reply()).startsWith("250 2.0.0 " + first.length());
      check(listener, client.reply(), policy);
      assertThat(client.reply()).as("the message is over").startsWith("503 5.5.1");
      assertThat(client.reply()).startsWith("250 2.0.0 Ok");
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void endsNoBinaryMessage(String policy, String end) throws IOException {
    String message = "Subject: one\r\n\r\ntext" + end + SMUGGLED;
    try (TestListener listener =
            new TestListener("smtp").set("bareLineFeed", policy).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net> BODY=BINARYMIME");
      client.ask("RCPT TO:<alice@example.org>");
      client.send("BDAT " + message.length() + " LAST\r\n" + message + "NOOP\r\n");
      assertThat(client.reply()).startsWith("250 2.0.0 Ok: queued");
      assertThat(client.reply()).startsWith("250 2.0.0 Ok");
      assertThat(listener.services.queue.mails()).hasSize(1);
    }
  }
}
