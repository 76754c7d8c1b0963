package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.testkit.FakeSmtpServer;

/** What the tests of the client share: a server, a client and a mail. */
abstract class ClientTest {
  static final String MESSAGE = "Subject: test\r\n\r\nHello\r\n";
  static final Recipient BOB = Recipient.of("bob@example.org");
  static final Recipient CAROL = Recipient.of("carol@example.org");
  static final Recipient DAVE = Recipient.of("dave@example.org");

  final ClientOptions smtp = ClientOptions.smtp("client.example");
  final ClientOptions lmtp = ClientOptions.lmtp("client.example");
  FakeSmtpServer server = FakeSmtpServer.smtp();
  SmtpClient client = new SmtpClient(ClientTls.ofRuntime(), PoolLimits.STANDARD);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  void serve(FakeSmtpServer other) {
    server.close();
    server = other;
  }

  void limit(Duration maxIdle, int maxMails, int maxIdleConnections) {
    client.close();
    client = new SmtpClient(
        ClientTls.ofRuntime(), new PoolLimits(maxIdle, maxMails, maxIdleConnections));
  }

  Peer peer() {
    return Peer.of("localhost", server.address(), server.port());
  }

  Map<Recipient, RecipientResult> send(Recipient... recipients)
      throws ConnectFailure, InterruptedException {
    return send(
        smtp,
        Envelope.of("alice@example.com").withRecipients(List.of(recipients)),
        content(MESSAGE));
  }

  Map<Recipient, RecipientResult> send(ClientOptions options, Envelope envelope, Content content)
      throws ConnectFailure, InterruptedException {
    return client.send(peer(), options, envelope, content);
  }

  /** The only MAIL command that arrived. */
  String mailCommand() {
    List<String> mails =
        server.commands().stream().filter(command -> command.startsWith("MAIL")).toList();
    assertThat(mails).hasSize(1);
    return mails.getFirst();
  }

  static EnhancedStatus status(String text) {
    return EnhancedStatus.parse(text);
  }

  static Content content(String text) {
    return Content.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static Envelope toBob() {
    return Envelope.of("alice@example.com", "bob@example.org");
  }
}
