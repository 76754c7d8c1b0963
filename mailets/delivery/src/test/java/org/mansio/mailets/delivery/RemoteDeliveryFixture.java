package org.mansio.mailets.delivery;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeSmtpServer;

/** A RemoteDelivery whose mail goes to one fake server, and attempts as the queue makes them. */
abstract class RemoteDeliveryFixture extends DeliveryTest {
  static final Recipient BOB = Recipient.of("bob@example.com");
  static final Recipient CAROL = Recipient.of("carol@example.com");
  final RemoteDeliveryFactory factory = new RemoteDeliveryFactory(new OutboundTls());
  final FakeSmtpServer server = FakeSmtpServer.smtp();

  @AfterEach
  void stop() {
    services.transports.all().forEach(transport -> transport.close());
    server.close();
  }

  void mx() {
    services
        .dns
        .mx("example.com", 10, "first.example.com")
        .address("first.example.com", "127.0.0.1");
  }

  Map<String, String> byMx() {
    return Map.of("port", String.valueOf(server.port()));
  }

  Map<String, String> byGateway() {
    return Map.of("gateway", "127.0.0.1:" + server.port());
  }

  DeliveryReport deliver(Map<String, String> settings, Recipient... recipients) throws Exception {
    FakeMail mail = FakeMail.from("alice@example.org").to(recipients);
    mailet(factory, settings).service(mail);
    return attempt(mail.dispatched().getFirst());
  }

  DeliveryReport deliver(Map<String, String> settings, Envelope envelope) throws Exception {
    FakeMail mail = FakeMail.of(envelope);
    mailet(factory, settings).service(mail);
    return attempt(mail.dispatched().getFirst());
  }
}
