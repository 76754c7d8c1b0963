package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.Reply;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** Clients that are many, slow or endless. */
class LimitsIT {
  private static final long MIB = 1 << 20;

  /** The stream's length; a gibibyte in the tests by hand. */
  private static final long STREAM = Long.getLong("mansio.stream.octets", 256 * MIB);

  private static RunningServer server;

  @BeforeAll
  static void start() {
    // The whole heap is there from the start: what it grows by otherwise is no message's doing.
    server = RunningServer.withUsers(
        Installation.fresh("limits"),
        Map.of("MANSIO_JAVA_OPTS", "-XX:+UseParallelGC -Xms256m -Xmx256m -XX:+AlwaysPreTouch"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void twoThousandIdleConnectionsAreHeldAndMailStillComesIn() throws Exception {
    List<SmtpClient> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 2000; i++) {
        idle.add(SmtpClient.connect(server.smtp()));
      }
      TestMessage mail = TestMessage.of("beside-idle-ones", 2000);
      try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
        assertThat(client
                .mail("a@example.com", List.of("bob@example.org"), mail.octets())
                .code())
            .isEqualTo(250);
      }
      Arrived.unchanged(
          List.of(mail), Mailbox.of(server.installation().data(), "bob", "example.org")::messages);
      for (SmtpClient client : idle) {
        client.command("NOOP", 250);
      }
    } finally {
      for (SmtpClient client : idle) {
        client.close();
      }
    }
  }

  @Test
  void aClientThatSendsAnOctetAtATimeIsServed() throws Exception {
    TestMessage mail = TestMessage.of("octet-by-octet", 600);
    try (SmtpClient client = SmtpClient.connect(server.smtp())) {
      octets(client, "EHLO client.example.net\r\n").expect(250);
      octets(client, "MAIL FROM:<a@example.com> BODY=8BITMIME\r\n").expect(250);
      octets(client, "RCPT TO:<alice@example.org>\r\n").expect(250);
      octets(client, "DATA\r\n").expect(354);
      for (byte octet : stuffed(mail.octets())) {
        client.send(new byte[] {octet});
      }
      octets(client, ".\r\n").expect(250);
    }
    Arrived.unchanged(
        List.of(mail), Mailbox.of(server.installation().data(), "alice", "example.org")::messages);
  }

  @Test
  void anEndlessMessageIsRefusedAtTheLimitWithMemoryFlat() throws Exception {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      assertThat(client.command("MAIL FROM:<a@example.com> SIZE=1073741824").code())
          .isEqualTo(552);
      client.command("MAIL FROM:<a@example.com>", 250);
      client.command("RCPT TO:<alice@example.org>", 250);
      client.command("DATA", 354);
      byte[] line = ("x".repeat(98) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      byte[] block = new byte[line.length * 10_000];
      for (int i = 0; i < block.length; i += line.length) {
        System.arraycopy(line, 0, block, i, line.length);
      }
      long before = server.residentOctets();
      long most = before;
      boolean open = true;
      for (long sent = 0; sent < STREAM && open; sent += block.length) {
        open = sends(client, block);
        most = Math.max(most, server.residentOctets());
      }
      if (open) {
        Reply reply = octets(client, "\r\n.\r\n").reply();
        assertThat(reply.code()).isEqualTo(552);
      } else {
        // Hanging up on a client that goes on regardless is a refusal too; the reply stands before
        // it.
        assertThat(client.reply().code()).isIn(552, 421);
      }
      assertThat(most - before).isLessThan(120 * MIB);
    }
  }

  private static boolean sends(SmtpClient client, byte[] block) {
    try {
      client.send(block);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static SmtpClient octets(SmtpClient client, String text) throws IOException {
    for (byte octet : text.getBytes(StandardCharsets.US_ASCII)) {
      client.send(new byte[] {octet});
    }
    return client;
  }

  private static byte[] stuffed(byte[] message) {
    String text = new String(message, StandardCharsets.ISO_8859_1).replaceAll("(?m)^\\.", "..");
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
