package org.mansio.mailets.delivery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.testkit.FakeSmtpServer;

/** A RemoteDelivery with a transport map, two servers and one of LMTP. */
abstract class RoutesFixture {
  static final Recipient BOB = Recipient.of("bob@one.example");
  static final Recipient CAROL = Recipient.of("carol@two.example");
  final FakeSmtpServer server = FakeSmtpServer.smtp();
  final FakeSmtpServer other = FakeSmtpServer.smtp();
  final FakeSmtpServer store = FakeSmtpServer.lmtp();
  final Map<String, String> settings = new HashMap<>();
  FakeServices services = new FakeServices();

  @TempDir
  Path folder;

  @AfterEach
  void stop() {
    services.transports.all().forEach(transport -> transport.close());
    List.of(server, other, store).forEach(FakeSmtpServer::close);
  }

  Path configuration() throws Exception {
    services = new FakeServices(folder);
    return Files.createDirectories(services.environment().configuration());
  }

  void map(String text) {
    settings.put("transportMap", text);
  }

  void mx(String domain, String host) {
    services.dns.mx(domain, 10, host).address(host, "127.0.0.1");
  }

  static String at(FakeSmtpServer host) {
    return "127.0.0.1:" + host.port();
  }

  static List<String> recipients(FakeSmtpServer host) {
    return host.taken().stream().flatMap(mail -> mail.recipients().stream()).toList();
  }

  static FakeMail mail(Recipient... recipients) {
    return FakeMail.from("alice@example.org").to(recipients);
  }

  List<Dispatch> dispatched(Recipient... recipients) throws Exception {
    return dispatch(mail(recipients));
  }

  List<Dispatch> dispatch(FakeMail mail) throws Exception {
    RemoteDeliveryFactory factory = new RemoteDeliveryFactory(new OutboundTls());
    factory.create(Settings.ofTexts(factory.settings(), settings), services).service(mail);
    return mail.dispatched();
  }

  RecipientResult result(Recipient recipient) throws Exception {
    return report(recipient).results().get(recipient);
  }

  DeliveryReport report(Recipient recipient) throws Exception {
    return attempt(dispatched(recipient).getFirst());
  }

  DeliveryReport attempt(Dispatch dispatch) throws Exception {
    return services
        .transports
        .find(dispatch.route().transport())
        .orElseThrow()
        .deliver(new Delivery(dispatch.mail(), dispatch.route(), 1));
  }
}
