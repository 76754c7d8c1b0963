package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/** What a session knows of its client, and how clients are counted. */
class WhoIsThereTest {
  private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.2 4711 25\r\n";

  /** Notes what it sees at RCPT. */
  private static final class Witness implements SmtpHook {
    private final Map<String, Object> seen = new ConcurrentHashMap<>();

    @Override
    public String name() {
      return "witness";
    }

    @Override
    public Verdict onRcpt(SmtpSession session, Recipient recipient) {
      seen.put("address", session.remote().getAddress().getHostAddress());
      seen.put("local", session.local().getPort());
      seen.put("host", session.remoteHost());
      seen.put("certificate", session.clientCertificate());
      session.channelBinding("tls-server-end-point").ifPresent(hash -> seen.put("hash", hash));
      session.channelBinding("tls-exporter").ifPresent(data -> seen.put("exported", data));
      return Verdict.decline();
    }
  }

  private static void send(Client client) throws IOException {
    client.ask("EHLO client.example");
    client.ask("MAIL FROM:<x@example.net>");
    assertThat(client.ask("RCPT TO:<alice@example.org>")).startsWith("250");
    client.ask("DATA");
    assertThat(client.ask("Subject: x\r\n\r\nx\r\n.")).startsWith("250");
  }

  private static String received(SpooledMail mail) throws IOException {
    return Message.of(mail.content()).headers().value("Received").orElseThrow();
  }

  @Test
  void isTheClientThatATrustedProxyNames() throws IOException {
    Witness witness = new Witness();
    TestListener listener =
        new TestListener("smtp").set("proxyNetworks", "127.0.0.1").hook(witness);
    listener
        .services
        .dns
        .name("192.0.2.1", "mail.example.net")
        .address("mail.example.net", "192.0.2.1");
    try (listener;
        Client client = new Client(listener.start().address())) {
      assertThat(client.send(HEADER).reply()).startsWith("220");
      send(client);
      assertThat(witness.seen)
          .containsEntry("address", "192.0.2.1")
          .containsEntry("local", 25)
          .containsEntry("host", Optional.of("mail.example.net"))
          .containsEntry("certificate", Optional.empty())
          .doesNotContainKeys("hash", "exported");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(mail.origin().remoteAddress()).contains("192.0.2.1");
      assertThat(mail.origin().remoteHost()).contains("mail.example.net");
      assertThat(received(mail)).startsWith("from client.example (mail.example.net [192.0.2.1])");
      assertThat(listener.services.trace.find(mail.id().toString()).getFirst().text())
          .contains("192.0.2.1");
    }
  }

  @Test
  void mayRelayAsTheClientAndNotAsTheProxy() throws IOException {
    try (TestListener listener = new TestListener("smtp")
            .set("proxyNetworks", "127.0.0.1")
            .set("relayNetworks", "127.0.0.1, 192.0.2.7")
            .start();
        Client stranger = new Client(listener.address());
        Client own = new Client(listener.address())) {
      stranger.send(HEADER).reply();
      stranger.ask("EHLO client.example");
      stranger.ask("MAIL FROM:<x@example.net>");
      assertThat(stranger.ask("RCPT TO:<x@elsewhere.example>")).startsWith("550 5.7.1");
      own.send(HEADER.replace("192.0.2.1", "192.0.2.7")).reply();
      own.ask("EHLO client.example");
      own.ask("MAIL FROM:<x@example.net>");
      assertThat(own.ask("RCPT TO:<x@elsewhere.example>")).startsWith("250");
    }
  }

  @Test
  void takesAHeaderFromElsewhereForACommandNobodyKnows() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      assertThat(client.send(HEADER).reply()).startsWith("500 5.5.1");
    }
  }

  @Test
  void knowsNoHostNameThatNobodyAskedFor() throws IOException {
    TestListener listener = new TestListener("smtp");
    listener.services.dns.name("127.0.0.1", "localhost").address("localhost", "127.0.0.1");
    try (listener;
        Client client = listener.start().client()) {
      send(client);
      assertThat(received(listener.services.queue.mails().getFirst()))
          .startsWith("from client.example ([127.0.0.1])");
    }
  }

  @Test
  void bindsToTheTlsConnection() throws Exception {
    Witness witness = new Witness();
    try (TestListener listener = new TestListener("smtp").hook(witness).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("STARTTLS");
      client.startTls(listener.tls.client());
      send(client);
      assertThat(witness.seen.get("hash"))
          .isEqualTo(MessageDigest.getInstance("SHA-256")
              .digest(listener.tls.certificate().getEncoded()));
      assertThat(witness.seen.get("exported"))
          .isInstanceOfSatisfying(byte[].class, data -> assertThat(data).hasSize(32));
    }
  }

  @Test
  void servesClientsWithoutACertificateWhereOneIsRequested(@TempDir Path folder) throws Exception {
    Witness witness = new Witness();
    TestListener listener = new TestListener("smtp").hook(witness);
    Path authorities = folder.resolve("authorities.pem");
    Files.writeString(authorities, pem(listener.tls.certificate()), StandardCharsets.US_ASCII);
    listener.set("clientCertificates", "request").set("clientAuthorities", authorities.toString());
    try (listener;
        Client client = listener.start().client()) {
      client.ask("EHLO client.example");
      client.ask("STARTTLS");
      client.startTls(listener.tls.client());
      send(client);
      assertThat(witness.seen).containsEntry("certificate", Optional.empty());
    }
  }

  @Test
  void isNotWithTheProxysCertificateOnceTheProxySpeaksForAnother(@TempDir Path folder)
      throws Exception {
    Witness witness = new Witness();
    TestListener listener = new TestListener("smtp")
        .hook(witness)
        .set("xclientNetworks", "127.0.0.1")
        .set("auth", "tls-only")
        .set("mechanisms", "EXTERNAL, SCRAM-SHA-256-PLUS");
    Path authorities = folder.resolve("authorities.pem");
    Files.writeString(authorities, pem(listener.tls.certificate()), StandardCharsets.US_ASCII);
    listener.set("clientCertificates", "request").set("clientAuthorities", authorities.toString());
    try (listener;
        Client client = listener.start().client()) {
      client.ask("EHLO proxy.example");
      client.ask("STARTTLS");
      client.startTls(listener.tls.identifiedClient());
      assertThat(client.ask("EHLO proxy.example")).contains("EXTERNAL", "SCRAM-SHA-256-PLUS");
      assertThat(client.ask("XCLIENT ADDR=192.0.2.1")).startsWith("220");
      assertThat(client.ask("EHLO client.example")).doesNotContain("AUTH");
      send(client);
      assertThat(witness.seen)
          .containsEntry("certificate", Optional.empty())
          .doesNotContainKeys("hash", "exported");
    }
  }

  private static String pem(X509Certificate certificate) throws CertificateEncodingException {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  @Test
  void refusesToAskForCertificatesWithoutTls() {
    assertThatThrownBy(
            () -> new TestListener("smtp").set("clientCertificates", "require").create())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("clientAuthorities");
  }

  @Test
  void turnsAwayAnAddressThatComesTooOften() throws IOException {
    try (TestListener listener =
        new TestListener("smtp").set("maxConnectionRate", "2").start()) {
      listener.client().close();
      listener.client().close();
      try (Client third = new Client(listener.address())) {
        assertThat(third.reply()).startsWith("421 4.7.0");
        assertThat(third.line()).isNull();
      }
    }
    try (TestListener listener = new TestListener("smtp")
        .set("maxConnectionRate", "2")
        .set("unlimitedNetworks", "127.0.0.0/8")
        .start()) {
      for (int i = 0; i < 5; i++) {
        listener.client().close();
      }
    }
  }

  @Test
  void takesNoMailThatComesTooSlowly() throws IOException {
    try (TestListener listener = new TestListener("smtp")
            .set("timeout", "2s")
            .set("minDataRate", "1M")
            .start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      client.ask("RCPT TO:<alice@example.org>");
      client.ask("DATA");
      client.send("Subject: slow\r\n");
      assertThat(client.reply()).startsWith("421 4.4.2");
      assertThat(client.line()).isNull();
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

  @Test
  void takesNoChunksThatComeTooSlowlyOneAfterTheOther() throws IOException {
    // So much that no client reaches it, however quick the machine.
    try (TestListener listener = new TestListener("smtp")
            .set("timeout", "2s")
            .set("minDataRate", "100G")
            .start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      client.ask("RCPT TO:<alice@example.org>");
      String reply;
      do {
        // Each whole at once, and well within the time-out of the last.
        reply = client.send("BDAT 600\r\n" + "x".repeat(600)).reply();
      } while (reply.startsWith("250 2.0.0 600 octets received"));
      assertThat(reply).startsWith("421 4.4.2");
    }
  }
}
