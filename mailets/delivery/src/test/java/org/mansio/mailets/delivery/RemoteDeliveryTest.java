package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.queue.Route;
import org.mansio.spi.testkit.DeafPort;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeSmtpServer;

class RemoteDeliveryTest extends RemoteDeliveryFixture {
  @Test
  void dispatchesOneDeliveryForEachDomain() throws Exception {
    FakeMail mail =
        FakeMail.from("alice@example.org").to("a@one.example", "b@two.example", "c@one.example");

    assertThat(mailet(factory, Map.of()).service(mail)).isEqualTo(Outcome.dispatched());
    assertThat(mail.dispatched())
        .extracting(Dispatch::route)
        .containsExactly(
            new Route("remote", "one.example", "bounces"),
            new Route("remote", "two.example", "bounces"));
    assertThat(mail.dispatched().getFirst().mail().envelope().recipients())
        .containsExactly(Recipient.of("a@one.example"), Recipient.of("c@one.example"));
  }

  @Test
  void dispatchesOneDeliveryToAGateway() throws Exception {
    FakeMail mail = FakeMail.from("alice@example.org").to("a@one.example", "b@two.example");
    mailet(
            factory,
            Map.of(
                "gateway",
                "Relay.example:587, other.example",
                "outgoing",
                "relay",
                "bounceProcessor",
                "returns"))
        .service(mail);

    assertThat(mail.dispatched())
        .singleElement()
        .extracting(Dispatch::route)
        .isEqualTo(new Route("relay", "relay.example:587", "returns"));
    assertThat(transport("relay").laneConcurrency()).isEqualTo(20);
  }

  @Test
  void deliversByMx() throws Exception {
    mx();

    DeliveryReport report = deliver(byMx(), BOB, CAROL);

    assertThat(report.laneDown()).isFalse();
    assertThat(report.results().values()).hasSize(2).allMatch(Delivered.class::isInstance);
    assertThat(server.taken()).singleElement().satisfies(mail -> {
      assertThat(mail.recipients())
          .containsExactly("RCPT TO:<bob@example.com>", "RCPT TO:<carol@example.com>");
      assertThat(mail.text()).isEqualTo("Subject: test\r\n\r\nText of a test.\r\n");
    });
    assertThat(server.commands()).startsWith("EHLO mx.example.org");
  }

  @Test
  void tellsHowManyConnectionsItOpened() throws Exception {
    mx();
    FakeMail mail = FakeMail.from("alice@example.org").to(BOB);
    mailet(factory, byMx()).service(mail);

    assertThat(attempt(mail.dispatched().getFirst()).connections()).isEqualTo(1);
    assertThat(attempt(mail.dispatched().getFirst()).connections()).isZero();
  }

  @Test
  void deliversOverAGatewayAtLoopback() throws Exception {
    assertThat(deliver(byGateway(), BOB).results().get(BOB)).isInstanceOf(Delivered.class);
  }

  @Test
  void usesAConnectionForSeveralMails() throws Exception {
    for (int i = 0; i < 5; i++) {
      deliver(byGateway(), BOB);
    }

    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void sendsInChunksWhereToldTo() throws Exception {
    server.offering("PIPELINING", "CHUNKING");
    Map<String, String> settings =
        Map.of("gateway", "127.0.0.1:" + server.port(), "chunking", "offered");

    assertThat(deliver(settings, BOB).results().get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.taken())
        .singleElement()
        .satisfies(mail -> assertThat(mail.chunked()).isTrue());
  }

  @Test
  void reportsTheLaneDownWhenNobodyAnswers() throws Exception {
    try (DeafPort nobody = new DeafPort()) {
      DeliveryReport report = deliver(Map.of("gateway", "127.0.0.1:" + nobody.port()), BOB);

      assertThat(report.laneDown()).isTrue();
      assertThat(report.results().get(BOB))
          .isInstanceOfSatisfying(
              Deferred.class, deferred -> assertThat(deferred.status()).hasToString("4.4.1"));
    }
  }

  @Test
  void givesTheReasonWhenThereIsNoHost() throws Exception {
    DeliveryReport failed = deliver(byMx(), BOB);
    assertThat(failed.results().get(BOB)).isInstanceOf(Failed.class);
    assertThat(failed.laneDown()).isFalse();

    services.dns.broken("example.com");
    DeliveryReport deferred = deliver(byMx(), BOB);
    assertThat(deferred.results().get(BOB)).isInstanceOf(Deferred.class);
    assertThat(deferred.laneDown()).isTrue();
  }

  @Test
  void routesMailThatWaitedForAGatewayByItsDomains() throws Exception {
    FakeMail mail = FakeMail.from("alice@example.org").to(BOB, Recipient.of("x@nowhere.example"));
    mx();
    mailet(factory, byMx());
    Dispatch waited =
        new Dispatch(mail.spooled(), new Route("remote", "old-gateway.example:25", "bounces"));

    DeliveryReport report = attempt(waited);

    assertThat(report.results().get(BOB)).isInstanceOf(Delivered.class);
    assertThat(report.results().get(Recipient.of("x@nowhere.example"))).isInstanceOf(Failed.class);
  }

  @Test
  void endsEarlyWhenInterrupted() throws Exception {
    server.on(".", FakeSmtpServer.SILENCE);
    List<DeliveryReport> reports = new ArrayList<>();
    Thread queue = Thread.startVirtualThread(() -> {
      try {
        reports.add(deliver(byGateway(), BOB));
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    Awaitility.await().until(() -> !server.taken().isEmpty());
    queue.interrupt();
    queue.join();

    assertThat(reports)
        .singleElement()
        .satisfies(report -> assertThat(report.results().get(BOB)).isInstanceOf(Deferred.class));
  }

  @Test
  void waitsForAGatewayThatHasNoAddress() throws Exception {
    DeliveryReport report = deliver(Map.of("gateway", "relay.example.net"), BOB);

    assertThat(report.results().get(BOB))
        .isInstanceOf(Deferred.class)
        .extracting(RecipientResult::status)
        .hasToString("4.3.5");
    assertThat(report.laneDown()).isTrue();
  }

  @Test
  void waitsForAGatewayThatTakesNoMailAtAll() throws Exception {
    server.on("", "554 5.7.1 go away");

    DeliveryReport report = deliver(byGateway(), BOB);

    assertThat(report.results().get(BOB))
        .isEqualTo(new Deferred(
            EnhancedStatus.parse("4.7.1"), Optional.of("127.0.0.1"), "554 5.7.1 go away"));
    assertThat(report.laneDown()).isTrue();
  }
}
