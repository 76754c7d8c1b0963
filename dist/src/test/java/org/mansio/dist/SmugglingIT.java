package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;
import org.mansio.spi.testkit.FakeSmtpServer;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/**
 * A second mail hidden within a message, behind what a careless server takes for the message's end (CVE-2023-51764 and its
 * kin): it is never a mail of its own, neither here nor at the server behind.
 */
class SmugglingIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String HIDDEN = "MAIL FROM:<smuggler@example.net>\r\n"
      + "RCPT TO:<victim@remote.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nIn here.\r\n";
  private static final String BARE_LINE_END = "(?s).*(\r(?!\n)|(?<!\r)\n).*";

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static FakeSmtpServer peer;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    peer = FakeSmtpServer.smtp().offering("PIPELINING", "8BITMIME", "CHUNKING");
    server = RunningServer.start(
        Installation.fresh("smuggling").edit("server.xml", SmugglingIT::withALenientListener),
        Map.of(
            "MANSIO_SMARTHOST",
            "127.0.0.1:" + peer.port(),
            "MANSIO_RELAY_NETWORKS",
            "127.0.0.0/8"));
  }

  private static String withALenientListener(String configuration) {
    return configuration.replace(
        "</listeners>",
        """
        <listener name="lenient" protocol="smtp">
          <port>auto</port>
          <bind>127.0.0.1</bind>
          <relayNetworks>127.0.0.0/8</relayNetworks>
          <bareLineFeed>normalise</bareLineFeed>
        </listener>
        </listeners>""");
  }

  @AfterAll
  static void stop() {
    server.close();
    peer.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\r\n.\r\r\n", "\r.\r\n", "\r\n.\r", "\n.\r",
        "\r\n\0.\r\n"
      })
  void noOtherEndThanTheTrueOneEndsAMessage(String end) throws Exception {
    for (boolean chunked : List.of(false, true)) {
      refused(end, chunked);
      normalised(end, chunked);
    }
    aBinaryMailIsEncoded(end);
    assertThat(peer.commands()).noneMatch(line -> line.contains("smuggler"));
  }

  private static void refused(String end, boolean chunked) throws IOException {
    // A NUL makes the line no lone dot, and is no line's end.
    int code = end.indexOf('\0') < 0 ? 550 : 250;
    send(server.smtp(), "refused@remote.example", message(end), chunked, code);
  }

  private static void normalised(String end, boolean chunked) throws IOException {
    String recipient = "normalised-" + COUNT.incrementAndGet() + "@remote.example";
    send(server.port("lenient"), recipient, message(end), chunked, 250);
    assertOneMail(taken(recipient)).contains("smuggler");
  }

  /** Binary content may hold anything (RFC 3030 §3), and so it is encoded for a server that takes lines only. */
  private static void aBinaryMailIsEncoded(String end) throws IOException {
    String recipient = "binary-" + COUNT.incrementAndGet() + "@remote.example";
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      client.command("MAIL FROM:<someone@example.com> BODY=BINARYMIME", 250);
      client.command("RCPT TO:<" + recipient + ">", 250);
      client.lastChunk(message(end));
      client.expect(250);
    }
    assertOneMail(taken(recipient));
  }

  /** Sends all in one flight; one reply comes, and the session goes on behind the true end. */
  private static void send(int port, String recipient, byte[] message, boolean chunked, int code)
      throws IOException {
    try (SmtpClient client = SmtpClient.connect(port).ehlo()) {
      client.command("MAIL FROM:<someone@example.com>", 250);
      client.command("RCPT TO:<" + recipient + ">", 250);
      if (chunked) {
        client.lastChunk(message);
      } else {
        client.command("DATA", 354);
        client.send(message);
        client.send(".\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      client.expect(code);
      assertThat(client.command("HELP", 214).text()).doesNotContain("queued");
      client.command("QUIT", 221);
    }
  }

  private static byte[] message(String end) {
    return ("From: someone@example.com\r\nSubject: harmless\r\n\r\nHello." + end + HIDDEN)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertOneMail(Taken mail) {
    String octets = new String(mail.octets(), StandardCharsets.ISO_8859_1);
    return assertThat(octets).doesNotMatch(BARE_LINE_END).doesNotContain("\r\n.\r\n");
  }

  private static Taken taken(String recipient) {
    String rcpt = "RCPT TO:<" + recipient + ">";
    Awaitility.await().atMost(LIMIT).until(() -> peer.taken().stream()
        .anyMatch(mail -> mail.recipients().contains(rcpt)));
    List<Taken> found =
        peer.taken().stream().filter(mail -> mail.recipients().contains(rcpt)).toList();
    assertThat(found).as("mails to %s", recipient).hasSize(1);
    return found.getFirst();
  }
}
