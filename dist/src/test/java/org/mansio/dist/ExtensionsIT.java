package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.PeerCertificate;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;
import org.mansio.spi.testkit.FakeSmtpServer;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/**
 * What a client asked for by an extension of SMTP leaves right: to a peer that offers the extension, and to one that
 * doesn't. Each test has a sender of its own; reports go to the peer that offers all.
 */
class ExtensionsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String ENVELOPE_ID = "QQ314159";
  private static final byte[] PLAIN = message("Content-Type: text/plain", "Hello.\r\n");

  private static FakeSmtpServer able;
  private static FakeSmtpServer bare;
  private static FakeSmtpServer encrypting;
  private static RunningServer server;

  @BeforeAll
  static void start() throws IOException {
    Installation installation = Installation.fresh("extensions");
    PeerCertificate certificate = PeerCertificate.in(installation.home());
    able = FakeSmtpServer.smtp(certificate.context())
        .offering(
            "PIPELINING",
            "SIZE 0",
            "8BITMIME",
            "SMTPUTF8",
            "CHUNKING",
            "BINARYMIME",
            "DSN",
            "STARTTLS",
            "REQUIRETLS",
            "DELIVERBY 1",
            "MT-PRIORITY MIXER");
    bare = FakeSmtpServer.smtp().offering();
    encrypting = FakeSmtpServer.smtp(certificate.context()).offering("STARTTLS");
    server = RunningServer.withUsers(
        installation
            .edit(
                "mailetcontainer.xml",
                chain -> withGateways(chain, Map.of("bare", bare, "encrypting", encrypting)))
            .edit("queue.xml", ExtensionsIT::inAHurry),
        Map.of(
            "MANSIO_SMARTHOST",
            "localhost:" + able.port(),
            "MANSIO_RELAY_NETWORKS",
            "127.0.0.0/8",
            "MANSIO_JAVA_OPTS",
            "-Xmx256m " + certificate.javaOptions()));
    server
        .installation()
        .ctlWithInput(
            "", "alias", "add", "team@example.org", "alice@example.org", "bob@example.org");
    server.installation().ctlWithInput("", "alias", "add", "jürgen@example.org", "bob@example.org");
  }

  /** The shipped chain, with a way of its own to each of {@code <name>.example}. */
  private static String withGateways(String chain, Map<String, FakeSmtpServer> peers) {
    StringBuilder mailets = new StringBuilder();
    peers.forEach((name, peer) -> mailets.append(
        """
        <mailet match="HostIs=%s.example" class="RemoteDelivery">
          <outgoing>%s</outgoing>
          <gateway>localhost:%d</gateway>
        </mailet>
        """
            .formatted(name, name, peer.port())));
    return chain.replace(
        "<mailet match=\"All\" class=\"RemoteDelivery\">",
        mailets + "<mailet match=\"All\" class=\"RemoteDelivery\">");
  }

  private static String inAHurry(String queue) {
    return queue
        .replaceFirst("<retrySchedule>[^<]*", "<retrySchedule>1s")
        .replaceFirst("<delayWarning>[^<]*", "<delayWarning>1s")
        .replaceFirst("<firstBackOff>[^<]*", "<firstBackOff>1s");
  }

  @AfterAll
  static void stop() {
    server.close();
    able.close();
    bare.close();
    encrypting.close();
  }

  @Test
  void anInternationalMailGoesAsItIsToAPeerThatTakesIt() throws Exception {
    byte[] mail = message("Subject: Grüße", "Hello.\r\n");

    submit("MAIL FROM:<jürgen@example.com> SMTPUTF8", "RCPT TO:<andré@able.example>", mail);

    Taken taken = taken(able, "RCPT TO:<andré@able.example>");
    assertThat(words(taken.mail()))
        .startsWith("MAIL", "FROM:<jürgen@example.com>")
        .contains("SMTPUTF8", "BODY=8BITMIME");
    assertThat(taken.text()).endsWith(text(mail));
  }

  @Test
  void anInternationalMailFailsAtAPeerThatDoesNotTakeIt() throws Exception {
    submit(
        "MAIL FROM:<utf8@example.com> SMTPUTF8",
        "RCPT TO:<andré@bare.example> ORCPT=utf-8;andr\\x{E9}@bare.example",
        message("Subject: Grüße", "Hello.\r\n"));

    Taken report = report("utf8@example.com");
    assertThat(words(report.mail())).contains("FROM:<>", "SMTPUTF8");
    assertThat(report.text())
        .contains("message/global-delivery-status", "Action: failed", "Status: 5.6.7");
    assertThat(utf8(report)).contains("Final-Recipient: utf-8; andré@bare.example");
    assertThat(bare.commands()).noneMatch(line -> line.contains("andré"));
  }

  @Test
  void theParameterAloneMakesNoMailInternational() throws Exception {
    submit("MAIL FROM:<ascii@example.com> SMTPUTF8", "RCPT TO:<ascii@bare.example>", PLAIN);

    assertThat(taken(bare, "RCPT TO:<ascii@bare.example>").mail())
        .isEqualTo("MAIL FROM:<ascii@example.com>");
  }

  @Test
  void eightBitMailIsEncodedForAPeerOfSevenBits() throws Exception {
    byte[] mail = message("Content-Type: text/plain; charset=utf-8", "Grüße.\r\n.dot\r\n");

    submit("MAIL FROM:<eight@example.com> BODY=8BITMIME", "RCPT TO:<eight@bare.example>", mail);
    submit("MAIL FROM:<eight@example.com> BODY=8BITMIME", "RCPT TO:<eight@able.example>", mail);

    Taken converted = taken(bare, "RCPT TO:<eight@bare.example>");
    assertThat(converted.mail()).isEqualTo("MAIL FROM:<eight@example.com>");
    assertThat(converted.text())
        .contains("Content-Transfer-Encoding: quoted-printable", "Gr=C3=BC=C3=9Fe")
        .matches(Pattern.compile("\\p{ASCII}*", Pattern.DOTALL));
    Taken same = taken(able, "RCPT TO:<eight@able.example>");
    assertThat(words(same.mail())).contains("BODY=8BITMIME");
    assertThat(same.text()).endsWith(text(mail));
  }

  @Test
  void aBinaryMailGoesInChunksToAPeerThatTakesIt() throws Exception {
    byte[] mail = binary("application/octet-stream", octets());

    submitBinary("able", mail);

    Taken taken = taken(able, "RCPT TO:<binary@able.example>");
    assertThat(taken.chunked()).isTrue();
    assertThat(words(taken.mail())).contains("BODY=BINARYMIME");
    assertThat(taken.text()).endsWith(text(mail));
  }

  @Test
  void aBinaryMailIsEncodedForAPeerThatDoesNotTakeIt() throws Exception {
    byte[] octets = octets();

    submitBinary("bare", binary("application/octet-stream", octets));

    Taken taken = taken(bare, "RCPT TO:<binary@bare.example>");
    assertThat(taken.chunked()).isFalse();
    assertThat(taken.mail()).isEqualTo("MAIL FROM:<binary@example.com>");
    assertThat(taken.text()).contains("Content-Transfer-Encoding: base64");
    String body = taken.text().substring(taken.text().indexOf("\r\n\r\n"));
    assertThat(Base64.getMimeDecoder().decode(body)).isEqualTo(octets);
  }

  @Test
  void aBinaryMailThatMustNotBeTouchedFailsAtAPeerThatDoesNotTakeIt() throws Exception {
    String part = "--x\r\nContent-Type: application/octet-stream\r\n"
        + "Content-Transfer-Encoding: binary\r\n\r\n\0\n\r\r\n--x--\r\n";
    byte[] signed = message("Content-Type: multipart/signed; boundary=x", part);

    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      client.command("MAIL FROM:<signed@example.com> BODY=BINARYMIME", 250);
      client.command("RCPT TO:<signed@bare.example>", 250);
      client.lastChunk(signed);
      client.expect(250);
    }

    assertThat(report("signed@example.com").text()).contains("Action: failed", "Status: 5.6.3");
    assertThat(bare.commands()).noneMatch(line -> line.contains("signed@"));
  }

  @Test
  void reportsAreLeftToAPeerThatMakesThem() throws Exception {
    submit(
        "MAIL FROM:<dsn@example.com> RET=HDRS ENVID=" + ENVELOPE_ID,
        "RCPT TO:<dsn@able.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2B@able.example",
        PLAIN);

    Taken taken = taken(
        able,
        "RCPT TO:<dsn@able.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2B@able.example");
    assertThat(words(taken.mail())).contains("RET=HDRS", "ENVID=" + ENVELOPE_ID);
  }

  @Test
  void aPeerThatMakesNoReportsMakesTheMailRelayed() throws Exception {
    submit(
        "MAIL FROM:<relayed@example.com> RET=FULL ENVID=" + ENVELOPE_ID,
        "RCPT TO:<dsn@bare.example> NOTIFY=SUCCESS ORCPT=rfc822;first+2B@bare.example",
        PLAIN);

    assertThat(taken(bare, "RCPT TO:<dsn@bare.example>").mail())
        .isEqualTo("MAIL FROM:<relayed@example.com>");
    assertThat(report("relayed@example.com").text())
        .contains(
            "Action: relayed",
            "Original-Envelope-Id: " + ENVELOPE_ID,
            "Original-Recipient: rfc822;first+@bare.example",
            "Final-Recipient: rfc822; dsn@bare.example",
            "text/rfc822-headers");
  }

  @Test
  void whatAPeerRefusesFailsWithWhatItSaid() throws Exception {
    bare.on("RCPT TO:<refused@", "550 5.1.1 no such user");

    submit("MAIL FROM:<whole@example.com> RET=FULL", "RCPT TO:<refused@bare.example>", PLAIN);
    submit("MAIL FROM:<head@example.com> RET=HDRS", "RCPT TO:<refused@bare.example>", PLAIN);

    assertThat(report("whole@example.com").text())
        .contains(
            "Action: failed",
            "Status: 5.1.1",
            "Remote-MTA: dns; localhost",
            "Diagnostic-Code: smtp; 550 5.1.1 no such user",
            "message/rfc822",
            "Hello.");
    assertThat(report("head@example.com").text())
        .contains("Action: failed", "text/rfc822-headers")
        .doesNotContain("Hello.");
  }

  @Test
  void whatReachesAMailboxIsDelivered() throws Exception {
    submit(
        "MAIL FROM:<delivered@example.com> ENVID=" + ENVELOPE_ID,
        "RCPT TO:<bob@example.org> NOTIFY=SUCCESS",
        PLAIN);

    assertThat(report("delivered@example.com").text())
        .contains("Action: delivered", "Status: 2.", "Original-Envelope-Id: " + ENVELOPE_ID)
        .contains("Final-Recipient: rfc822; bob@example.org");
  }

  @Test
  void anAliasOfSeveralIsExpanded() throws Exception {
    submit(
        "MAIL FROM:<expanded@example.com>", "RCPT TO:<team@example.org> NOTIFY=SUCCESS", PLAIN);

    assertThat(report("expanded@example.com").text())
        .contains("Action: expanded", "Final-Recipient: rfc822; team@example.org");
  }

  @Test
  void whatWaitsIsDelayedUntilThePeerTakesIt() throws Exception {
    able.on("RCPT TO:<slow@", "451 4.2.1 not now");

    submit(
        "MAIL FROM:<delayed@example.com>", "RCPT TO:<slow@able.example> NOTIFY=DELAY", PLAIN);

    assertThat(report("delayed@example.com").text())
        .contains("Action: delayed", "Status: 4.2.1", "Diagnostic-Code: smtp; 451 4.2.1 not now")
        .containsPattern("Will-Retry-Until: \\w{3}, \\d");
    able.on("RCPT TO:<slow@", "250 2.1.5 now");
    taken(able, "RCPT TO:<slow@able.example> NOTIFY=DELAY");
  }

  @Test
  void aMailThatNeedsTlsAllTheWayGoesToAPeerThatPromisesIt() throws Exception {
    submitUnderTls(
        "MAIL FROM:<secret@example.com> REQUIRETLS", "RCPT TO:<secret@able.example>", PLAIN);

    assertThat(words(taken(able, "RCPT TO:<secret@able.example>").mail())).contains("REQUIRETLS");
    assertThat(able.dialogues())
        .filteredOn(dialogue ->
            dialogue.commands().stream().anyMatch(line -> line.contains("<secret@example.com>")))
        .allSatisfy(
            dialogue -> assertThat(dialogue.commands()).element(1).isEqualTo("STARTTLS"));
  }

  @Test
  void aMailThatNeedsTlsAllTheWayFailsAtAPeerWithoutTls() throws Exception {
    submitUnderTls(
        "MAIL FROM:<no-tls@example.com> REQUIRETLS RET=FULL",
        "RCPT TO:<secret@bare.example>",
        PLAIN);

    Taken report = report("no-tls@example.com");
    assertThat(words(report.mail())).contains("REQUIRETLS");
    assertThat(report.text())
        .contains("Action: failed", "Status: 5.7.10", "text/rfc822-headers")
        .doesNotContain("Hello.");
    assertThat(bare.commands()).noneMatch(line -> line.contains("no-tls@example.com"));
  }

  @Test
  void aMailThatNeedsTlsAllTheWayFailsAtAPeerThatOnlyEncrypts() throws Exception {
    submitUnderTls(
        "MAIL FROM:<no-promise@example.com> REQUIRETLS",
        "RCPT TO:<secret@encrypting.example>",
        PLAIN);

    assertThat(report("no-promise@example.com").text())
        .contains("Action: failed", "Status: 5.7.30");
    assertThat(encrypting.commands()).noneMatch(line -> line.startsWith("MAIL"));
  }

  @Test
  void theTimeToDeliverByGoesOnToAPeerThatKeepsIt() throws Exception {
    submit("MAIL FROM:<by@example.com> BY=600;R", "RCPT TO:<by@able.example>", PLAIN);

    Matcher by = Pattern.compile(" BY=([0-9]+);R( |$)")
        .matcher(taken(able, "RCPT TO:<by@able.example>").mail());
    assertThat(by.find()).isTrue();
    assertThat(Integer.parseInt(by.group(1))).isBetween(500, 600);
  }

  @Test
  void aMailToBeReturnedInTimeFailsAtAPeerThatKeepsNoTime() throws Exception {
    submit("MAIL FROM:<returned@example.com> BY=600;R", "RCPT TO:<by@bare.example>", PLAIN);

    assertThat(report("returned@example.com").text()).contains("Action: failed", "Status: 5.4.7");
    assertThat(bare.commands()).noneMatch(line -> line.contains("<returned@example.com>"));
  }

  @Test
  void aMailToBeTracedIsRelayedByAPeerThatKeepsNoTime() throws Exception {
    submit("MAIL FROM:<traced@example.com> BY=600;NT", "RCPT TO:<traced@bare.example>", PLAIN);

    assertThat(taken(bare, "RCPT TO:<traced@bare.example>").mail())
        .isEqualTo("MAIL FROM:<traced@example.com>");
    assertThat(report("traced@example.com").text()).contains("Action: relayed");
  }

  @Test
  void aMailThatIsLateIsDelayedWhereItsSenderWantsOnlyToKnow() throws Exception {
    able.on("RCPT TO:<late@", "451 4.2.1 not now");

    submit("MAIL FROM:<late@example.com> BY=1;N", "RCPT TO:<late@able.example>", PLAIN);

    Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(reports("late@example.com"))
        .anySatisfy(report ->
            assertThat(report.text()).contains("Action: delayed", "Status: 4.4.7")));
    able.on("RCPT TO:<late@", "250 2.1.5 now");
    assertThat(taken(able, "RCPT TO:<late@able.example>").mail()).containsPattern(" BY=-[0-9]+;N");
  }

  @Test
  void thePriorityGoesOnWhereItIsUnderstood() throws Exception {
    submit("MAIL FROM:<first@example.com> MT-PRIORITY=4", "RCPT TO:<first@able.example>", PLAIN);
    submit("MAIL FROM:<first@example.com> MT-PRIORITY=4", "RCPT TO:<first@bare.example>", PLAIN);

    assertThat(words(taken(able, "RCPT TO:<first@able.example>").mail()))
        .contains("MT-PRIORITY=4");
    assertThat(taken(bare, "RCPT TO:<first@bare.example>").mail())
        .isEqualTo("MAIL FROM:<first@example.com>");
  }

  @Test
  void aMailForLaterIsHeldHereWhateverThePeer() throws Exception {
    Instant before = Instant.now();
    try (SmtpClient client = SmtpClient.connect(server.submission()).ehlo()) {
      client.startTls(certificate());
      client.authPlain("alice@example.org", RunningServer.PASSWORD);
      for (String peer : List.of("able", "bare")) {
        client.command("MAIL FROM:<alice@example.org> HOLDFOR=2", 250);
        client.command("RCPT TO:<later@" + peer + ".example>", 250);
        client.command("DATA", 354);
        client.data(PLAIN);
        client.expect(250);
      }
    }

    assertThat(taken(bare, "RCPT TO:<later@bare.example>").mail())
        .isEqualTo("MAIL FROM:<alice@example.org>");
    assertThat(taken(able, "RCPT TO:<later@able.example>").mail()).doesNotContain("HOLD");
    assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void lmtpTakesTheSameExtensions() throws Exception {
    byte[] octets = octets();
    byte[] mail = binary("application/octet-stream", octets);
    try (SmtpClient client = SmtpClient.connect(server.lmtp())) {
      assertThat(client.command("LHLO relay.example.net", 250).text())
          .contains("8BITMIME", "BINARYMIME", "CHUNKING", "DELIVERBY", "DSN", "SMTPUTF8")
          .doesNotContain("FUTURERELEASE", "REQUIRETLS");
      client.command(
          "MAIL FROM:<lmtp@example.com> SMTPUTF8 BODY=BINARYMIME BY=600;R ENVID=" + ENVELOPE_ID,
          250);
      client.command("RCPT TO:<jürgen@example.org> NOTIFY=SUCCESS", 250);
      client.command("RCPT TO:<alice@example.org> NOTIFY=NEVER", 250);
      client.lastChunk(mail);
      client.expect(250);
      client.expect(250);
    }

    for (String user : List.of("alice", "bob")) {
      Mailbox mailbox = Mailbox.of(server.installation().data(), user, "example.org");
      Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(mailbox.messages())
          .anySatisfy(message -> assertThat(text(message)).endsWith(text(mail))));
    }
    assertThat(report("lmtp@example.com").text())
        .contains("Action: delivered", "Original-Envelope-Id: " + ENVELOPE_ID)
        .doesNotContain("alice@example.org");
  }

  private static void submit(String mail, String rcpt, byte[] message) throws IOException {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      submit(client, mail, rcpt, message);
    }
  }

  private static void submitUnderTls(String mail, String rcpt, byte[] message)
      throws IOException {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      client.startTls(certificate());
      submit(client, mail, rcpt, message);
    }
  }

  private static void submit(SmtpClient client, String mail, String rcpt, byte[] message)
      throws IOException {
    client.command(mail, 250);
    client.command(rcpt, 250);
    client.command("DATA", 354);
    client.data(message);
    client.expect(250);
  }

  private static void submitBinary(String peer, byte[] message) throws IOException {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      client.command("MAIL FROM:<binary@example.com> BODY=BINARYMIME", 250);
      client.command("RCPT TO:<binary@" + peer + ".example>", 250);
      client.lastChunk(message);
      client.expect(250);
    }
  }

  private static Path certificate() {
    return server.installation().data().resolve("tls/self-signed.crt");
  }

  /** The one mail for this very RCPT line, once it is there. */
  private static Taken taken(FakeSmtpServer peer, String rcpt) {
    Awaitility.await().atMost(LIMIT).until(() -> !takenFor(peer, rcpt).isEmpty());
    List<Taken> found = takenFor(peer, rcpt);
    assertThat(found).as(rcpt).hasSize(1);
    return found.getFirst();
  }

  private static List<Taken> takenFor(FakeSmtpServer peer, String rcpt) {
    return peer.taken().stream().filter(mail -> mail.recipients().contains(rcpt)).toList();
  }

  /** The one report to this sender, once it is there. */
  private static Taken report(String sender) {
    Awaitility.await().atMost(LIMIT).until(() -> !reports(sender).isEmpty());
    List<Taken> found = reports(sender);
    assertThat(found).as("reports to %s", sender).hasSize(1);
    return found.getFirst();
  }

  private static List<Taken> reports(String sender) {
    String rcpt = "RCPT TO:<" + sender + ">";
    return able.taken().stream()
        .filter(mail -> mail.mail().startsWith("MAIL FROM:<>"))
        .filter(mail -> mail.recipients().stream().anyMatch(line -> line.startsWith(rcpt)))
        .toList();
  }

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  private static byte[] message(String field, String body) {
    return ("From: Alice <alice@example.com>\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n"
            + "Message-ID: <" + body.hashCode() + "@test.example>\r\nMIME-Version: 1.0\r\n"
            + field + "\r\n\r\n" + body)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] binary(String type, byte[] octets) {
    byte[] head = message(
        "Content-Type: " + type + "\r\nContent-Transfer-Encoding: binary", "");
    byte[] whole = java.util.Arrays.copyOf(head, head.length + octets.length);
    System.arraycopy(octets, 0, whole, head.length, octets.length);
    return whole;
  }

  /** Octets of all kinds, more than one chunk's worth of lines that are none. */
  private static byte[] octets() {
    byte[] octets = new byte[100_000];
    new Random(1).nextBytes(octets);
    return octets;
  }

  /** Each character is one octet. */
  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  private static String utf8(Taken taken) {
    return new String(taken.octets(), StandardCharsets.UTF_8);
  }
}
