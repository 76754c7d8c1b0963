package org.mansio.dist.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** What programs on Node.js send: nodemailer, found by NODE_PATH. */
@Tag("interop")
class NodemailerIT {
  private static final String ALICE = "alice@example.org";
  private static final String BOB = "bob@example.org";
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int ATTACHED_OCTETS = 200_000;

  @TempDir
  Path folder;

  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.withUsers(Installation.fresh("interop-nodemailer"), Map.of());
    for (String user : List.of("carol", "dave")) {
      server.addUser(user);
    }
    server
        .installation()
        .ctlWithInput("", "alias", "add", "jürgen@example.org", "carol@example.org");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void attachmentsOfAPoolArriveWhole() throws Exception {
    List<String> attached =
        IntStream.range(0, 12).mapToObj(NodemailerIT::attachment).toList();
    String mails = IntStream.range(0, attached.size())
        .mapToObj(i -> mail(
            "dave@example.org",
            "\"attachments\": [{\"filename\": \"Grüße.bin\", \"encoding\": \"base64\", \"content\": \""
                + attached.get(i) + "\"}]"))
        .collect(Collectors.joining(","));

    assertThat(send(mails).output().lines())
        .hasSize(attached.size())
        .allMatch(reply -> reply.startsWith("250 2."));
    Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
      List<String> arrived = inbox("dave").stream()
          .map(text -> text.replace("\r\n", ""))
          .toList();
      assertThat(arrived).hasSize(attached.size());
      assertThat(attached)
          .allMatch(content -> arrived.stream().filter(text -> text.contains(content)).count() == 1);
    });
  }

  private static String attachment(int seed) {
    byte[] octets = new byte[ATTACHED_OCTETS];
    new Random(seed).nextBytes(octets);
    return Base64.getEncoder().encodeToString(octets);
  }

  @Test
  void anInternationalAddressIsTaken() throws Exception {
    send(mail("jürgen@example.org", "\"headers\": {\"X-Kind\": \"international\"}"));

    Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(inbox("carol"))
        .singleElement()
        .asString()
        .contains("with UTF8SMTPSA")
        .contains("X-Kind: international"));
  }

  @Test
  void theSenderHearsOfTheDelivery() throws Exception {
    send(mail(
        BOB,
        "\"dsn\": {\"id\": \"QQ314159\", \"return\": \"headers\", \"notify\": [\"success\"], \"recipient\": \""
            + BOB + "\"}"));

    Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(inbox("alice"))
        .singleElement()
        .asString()
        .contains("Original-Envelope-Id: QQ314159")
        .contains("Original-Recipient: rfc822;" + BOB)
        .contains("Action: delivered"));
    assertThat(inbox("bob")).hasSize(1);
  }

  private static String mail(String recipient, String more) {
    return "{\"from\": \"Alice <" + ALICE + ">\", \"to\": \"" + recipient
        + "\", \"subject\": \"Grüße, 郵便\", \"text\": \".\\n..\\nGrüße, 郵便\\n\", " + more + "}";
  }

  private Commands.Result send(String mails) throws Exception {
    Path plan = Files.writeString(folder.resolve("plan.json"), "[" + mails + "]");
    Commands.Result sent = Commands.run(
        folder,
        Map.of(),
        "",
        List.of(
            "node",
            Installation.source().resolve("src/it/interop/send.cjs").toString(),
            Integer.toString(server.submission()),
            ALICE,
            RunningServer.PASSWORD,
            plan.toString()));
    assertThat(sent.exitCode()).as(sent.all()).isZero();
    return sent;
  }

  private static List<String> inbox(String user) {
    return Mailbox.of(server.installation().data(), user, "example.org").messages().stream()
        .map(message -> new String(message, StandardCharsets.UTF_8))
        .toList();
  }
}
