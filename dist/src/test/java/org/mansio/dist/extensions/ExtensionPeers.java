package org.mansio.dist.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.mansio.dist.mail.PeerCertificate;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;
import org.mansio.spi.testkit.FakeSmtpServer;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/**
 * The installed server, and peers to which it relays that know more or fewer extensions: all by default, the others for
 * {@code bare.example} and {@code encrypting.example}. Each test has a sender of its own; reports go to the peer that offers all.
 */
final class ExtensionPeers implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Offers all that there is. */
  final FakeSmtpServer able;

  /** Offers nothing. */
  final FakeSmtpServer bare;

  /** Offers TLS, and promises nothing about who comes behind it. */
  final FakeSmtpServer encrypting;

  final RunningServer server;

  ExtensionPeers() throws IOException {
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
            .edit("queue.xml", ExtensionPeers::inAHurry),
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
    peers.forEach((name, peer) -> mailets.append("""
        <mailet match="HostIs=%s.example" class="RemoteDelivery">
          <outgoing>%s</outgoing>
          <gateway>localhost:%d</gateway>
        </mailet>
        """.formatted(name, name, peer.port())));
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

  @Override
  public void close() {
    server.close();
    able.close();
    bare.close();
    encrypting.close();
  }

  void submit(String mail, String rcpt, byte[] message) throws IOException {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      submit(client, mail, rcpt, message);
    }
  }

  void submitUnderTls(String mail, String rcpt, byte[] message) throws IOException {
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

  void submitBinary(String peer, byte[] message) throws IOException {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      client.command("MAIL FROM:<binary@example.com> BODY=BINARYMIME", 250);
      client.command("RCPT TO:<binary@" + peer + ".example>", 250);
      client.lastChunk(message);
      client.expect(250);
    }
  }

  Path certificate() {
    return server.installation().data().resolve("tls/self-signed.crt");
  }

  /** The one mail for this very RCPT line, once it is there. */
  Taken taken(FakeSmtpServer peer, String rcpt) {
    Awaitility.await().atMost(LIMIT).until(() -> !takenFor(peer, rcpt).isEmpty());
    List<Taken> found = takenFor(peer, rcpt);
    assertThat(found).as(rcpt).hasSize(1);
    return found.getFirst();
  }

  private static List<Taken> takenFor(FakeSmtpServer peer, String rcpt) {
    return peer.taken().stream()
        .filter(mail -> mail.recipients().contains(rcpt))
        .toList();
  }

  /** The one report to this sender, once it is there. */
  Taken report(String sender) {
    Awaitility.await().atMost(LIMIT).until(() -> !reports(sender).isEmpty());
    List<Taken> found = reports(sender);
    assertThat(found).as("reports to %s", sender).hasSize(1);
    return found.getFirst();
  }

  List<Taken> reports(String sender) {
    String rcpt = "RCPT TO:<" + sender + ">";
    return able.taken().stream()
        .filter(mail -> mail.mail().startsWith("MAIL FROM:<>"))
        .filter(mail -> mail.recipients().stream().anyMatch(line -> line.startsWith(rcpt)))
        .toList();
  }
}
