package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.queue.Route;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeSmtpServer;

class RemoteDeliveryTest extends DeliveryTest {
  private static final Recipient BOB = Recipient.of("bob@example.com");
  private static final Recipient CAROL = Recipient.of("carol@example.com");

  private final RemoteDeliveryFactory factory = new RemoteDeliveryFactory(new OutboundTls());
  private final FakeSmtpServer server = FakeSmtpServer.smtp();

  @AfterEach
  void stop() {
    services.transports.all().forEach(transport -> transport.close());
    server.close();
  }

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
  void triesTheNextHostWhenOneDoesNotAnswer() throws Exception {
    services
        .dns
        .mx("example.com", 10, "dead.example.com")
        .mx("example.com", 20, "live.example.com");
    // Nothing listens at the first address on this port: it refuses at once.
    services.dns.address("dead.example.com", "127.0.0.2").address("live.example.com", "127.0.0.1");

    assertThat(deliver(byMx(), BOB).results().get(BOB)).isInstanceOf(Delivered.class);
  }

  @Test
  void triesTheNextHostWhenOneIsBusy() throws Exception {
    mx();
    services
        .dns
        .mx("example.com", 20, "second.example.com")
        .address("second.example.com", "127.0.0.1");
    server.on("", "421 4.3.2 busy", "220 hello");

    assertThat(deliver(byMx(), BOB).results().get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MAIL", "RCPT", "DATA", "."})
  void triesTheNextHostWhenOnePutsTheMailOff(String command) throws Exception {
    try (FakeSmtpServer second = FakeSmtpServer.smtp()) {
      server.on(command, "452 4.3.1 no room");

      assertThat(deliver(byGateways(second), BOB).results().get(BOB)).isInstanceOf(Delivered.class);
      assertThat(second.taken()).hasSize(1);
    }
  }

  @Test
  void offersTheNextHostOnlyTheRecipientsThatWerePutOff() throws Exception {
    Recipient carol = Recipient.of("carol@example.com");
    try (FakeSmtpServer second = FakeSmtpServer.smtp()) {
      server.on("RCPT TO:<bob", "450 4.2.1 mailbox busy");

      DeliveryReport report = deliver(byGateways(second), BOB, carol);

      assertThat(report.results().values()).hasOnlyElementsOfType(Delivered.class);
      assertThat(server.taken().getFirst().recipients())
          .singleElement()
          .asString()
          .startsWith("RCPT TO:<carol@");
      assertThat(second.taken().getFirst().recipients())
          .singleElement()
          .asString()
          .startsWith("RCPT TO:<bob@");
    }
  }

  @Test
  void waitsForAHostThatPutTheMailOffWhateverTheNextOneSays() throws Exception {
    try (FakeSmtpServer second = FakeSmtpServer.smtp()) {
      server.on("RCPT", "450 4.2.1 mailbox busy");
      second.on("RCPT", "550 5.7.1 relaying denied");

      assertThat(deliver(byGateways(second), BOB).results().get(BOB))
          .isInstanceOf(Deferred.class)
          .extracting(RecipientResult::diagnostic)
          .isEqualTo("450 4.2.1 mailbox busy");
    }
  }

  @Test
  void takesAMailToTwoHostsThatPutItOff() throws Exception {
    try (FakeSmtpServer second = FakeSmtpServer.smtp();
        FakeSmtpServer third = FakeSmtpServer.smtp()) {
      server.on("MAIL", "451 4.7.1 later");
      second.on("MAIL", "451 4.7.1 later");

      assertThat(deliver(byGateways(second, third), BOB).results().get(BOB))
          .isInstanceOf(Deferred.class);
      assertThat(third.dialogues()).isEmpty();
    }
  }

  @Test
  void keepsTheAnswerOfAHostThatPutTheMailOffWhenTheNextIsAway() throws Exception {
    server.on("RCPT", "450 4.2.1 mailbox busy");
    Map<String, String> gateways =
        Map.of("gateway", "127.0.0.1:" + server.port() + ",127.0.0.2:" + server.port());

    assertThat(deliver(gateways, BOB).results().get(BOB).diagnostic())
        .isEqualTo("450 4.2.1 mailbox busy");
  }

  @Test
  void doesNotTakeAMailToTheNextHostWhenOneMayHaveIt() throws Exception {
    try (FakeSmtpServer second = FakeSmtpServer.smtp()) {
      server.on(".", FakeSmtpServer.CLOSE);

      assertThat(deliver(byGateways(second), BOB).results().get(BOB)).isInstanceOf(Deferred.class);
      assertThat(second.dialogues()).isEmpty();
    }
  }

  @Test
  void doesNotTakeAPermanentAnswerToTheNextHost() throws Exception {
    mx();
    services
        .dns
        .mx("example.com", 20, "second.example.com")
        .address("second.example.com", "127.0.0.1");
    server.on("RCPT", "550 5.1.1 no such user");
    assertThat(deliver(byMx(), BOB).results().get(BOB)).isInstanceOf(Failed.class);
    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void failsWhenTheGreetingIsPermanent() throws Exception {
    mx();
    server.on("", "554 5.7.1 go away");

    DeliveryReport report = deliver(byMx(), BOB);

    assertThat(report.results().get(BOB)).isInstanceOf(Failed.class);
    assertThat(report.laneDown()).isFalse();
  }

  @Test
  void triesTheNextHostWhenTheGreetingIsPermanent() throws Exception {
    mx();
    services
        .dns
        .mx("example.com", 20, "second.example.com")
        .address("second.example.com", "127.0.0.1");
    server.on("", "521 5.3.2 this host takes no mail", "220 hello");

    assertThat(deliver(byMx(), BOB).results().get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void waitsForAHostThatIsAwayWhenAnotherRefusesAllMail() throws Exception {
    mx();
    services.dns.mx("example.com", 20, "dead.example.com").address("dead.example.com", "127.0.0.2");
    server.on("", "554 5.3.2 go away");

    DeliveryReport report = deliver(byMx(), BOB);

    assertThat(report.results().get(BOB)).isInstanceOf(Deferred.class);
    assertThat(report.laneDown()).isFalse();
  }

  @Test
  void waitsForAHostThatIsAwayWhenAnotherLacksAnExtension() throws Exception {
    server.offering("PIPELINING");
    Map<String, String> gateways =
        Map.of("gateway", "127.0.0.1:" + server.port() + ",127.0.0.2:" + server.port());
    Recipient international = Recipient.of("jürgen@example.com");

    assertThat(deliver(gateways, international).results().get(international))
        .isInstanceOf(Deferred.class);
  }

  @Test
  void doesNotWaitForAnotherAddressOfAHostThatLacksAnExtension() throws Exception {
    server.offering("PIPELINING");
    services
        .dns
        .address("relay.example.com", "127.0.0.1")
        .address("relay.example.com", "127.0.0.2");
    Map<String, String> gateway = Map.of("gateway", "relay.example.com:" + server.port());
    Recipient international = Recipient.of("jürgen@example.com");

    assertThat(deliver(gateway, international).results().get(international))
        .isInstanceOf(Failed.class);
  }

  @Test
  void triesTheNextHostForMailThatReturnsInTime() throws Exception {
    try (FakeSmtpServer keeping = FakeSmtpServer.smtp().offering("DELIVERBY")) {
      Map<String, String> gateways =
          Map.of("gateway", "127.0.0.1:" + server.port() + ",127.0.0.1:" + keeping.port());
      DeliverBy wish = new DeliverBy(Instant.now().plusSeconds(3600), DeliverBy.Mode.RETURN, false);

      DeliveryReport report = deliver(
          gateways, Envelope.of("alice@example.org", "bob@example.com").withDeliverBy(wish));

      assertThat(report.results().get(BOB)).isInstanceOf(Delivered.class);
      assertThat(server.taken()).isEmpty();
      assertThat(keeping.taken()).hasSize(1);
    }
  }

  private static Envelope requiringTls() {
    return Envelope.of("alice@example.org", "bob@example.com")
        .withParameter(Envelope.REQUIRE_TLS, "");
  }

  @Test
  void mailThatRequiresTlsGoesToNoHostOfDoubtfulName() throws Exception {
    mx();

    DeliveryReport report = deliver(byMx(), requiringTls());

    assertThat(report.results().get(BOB).status()).hasToString("5.7.10");
    assertThat(report.results().get(BOB).diagnostic()).contains("DNSSEC");
    assertThat(server.dialogues()).isEmpty();
  }

  @Test
  void mailThatRequiresTlsIsOfferedToAllHostsAndThenReturned() throws Exception {
    mx();
    services
        .dns
        .mx("example.com", 20, "second.example.com")
        .address("second.example.com", "127.0.0.1")
        .authentic("example.com");

    DeliveryReport report = deliver(byMx(), requiringTls());

    assertThat(report.results().get(BOB))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.status()).hasToString("5.7.10"));
    assertThat(server.dialogues()).hasSize(2);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void mailThatDoesNotNeedTlsDoesNotLiftTlsThatTheOperatorRequires() throws Exception {
    mx();
    Envelope tolerant = Envelope.of("alice@example.org", "bob@example.com")
        .withParameter(Envelope.TLS_NOT_REQUIRED, "");
    Map<String, String> required =
        Map.of("port", String.valueOf(server.port()), "startTLS", "required");
    assertThat(deliver(required, BOB).results().get(BOB)).isInstanceOf(Deferred.class);
    assertThat(deliver(required, tolerant).results().get(BOB)).isInstanceOf(Deferred.class);

    Map<String, String> gateway = Map.of(
        "gateway", "127.0.0.1:" + server.port(), "startTLS", "required", "outgoing", "relay");
    assertThat(deliver(gateway, tolerant).results().get(BOB)).isInstanceOf(Deferred.class);
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
  void triesTheNextHostForInternationalMail() throws Exception {
    Recipient international = Recipient.of("jürgen@example.com");
    try (FakeSmtpServer old = FakeSmtpServer.smtp().offering("PIPELINING", "8BITMIME")) {
      Map<String, String> gateways =
          Map.of("gateway", "127.0.0.1:" + old.port() + ",127.0.0.1:" + server.port());

      Map<Recipient, RecipientResult> results =
          deliver(gateways, international, BOB).results();

      assertThat(results.get(international)).isInstanceOf(Delivered.class);
      assertThat(results.get(BOB)).isInstanceOf(Delivered.class);
      assertThat(old.taken()).hasSize(1);
      assertThat(server.taken()).hasSize(1);
    }
  }

  @Test
  void reportsTheLaneDownWhenNobodyAnswers() throws Exception {
    int port = server.port();
    server.close();

    DeliveryReport report = deliver(Map.of("gateway", "127.0.0.1:" + port), BOB);

    assertThat(report.laneDown()).isTrue();
    assertThat(report.results().get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, deferred -> assertThat(deferred.status()).hasToString("4.4.1"));
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
  void sharesATransportOnlyBetweenEqualMailets() throws Exception {
    mailet(factory, Map.of());
    mailet(factory, Map.of());
    assertThat(services.transports.all()).hasSize(1);

    assertThatThrownBy(() -> mailet(factory, Map.of("port", "26")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("outgoing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verifyServerIdentity=true",
        "gatewayUsername=u;gateway=relay.example",
        "gatewayUsername=u;gatewayPassword=p",
        "bind=here",
        "startTLS=perhaps",
        "timeout=0",
        "heloName=bad name",
        "heloName=under_score.example.org",
        "outgoing=a:b",
        "mxRollup=.google.com",
        "mxRollup=google.com.",
        "sources=pool a 192.0.2.1 helo=bad_name",
        "gateway=a b"
      })
  void refusesSettingsThatDoNotFit(String settings) {
    assertThatThrownBy(() -> mailet(factory, settings(settings)))
        .isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "startTLS=true",
        "startTLS=required;verifyServerIdentity=true",
        "sslEnable=true;verifyServerIdentity=true;gateway=relay.example",
        "gateway=relay.example;gatewayUsername=u;gatewayPassword=p",
        "gateway=",
        "bind=127.0.0.1;heloName=out.example.org;timeout=3m;connectionTimeout=10s"
      })
  void takesSettingsThatFit(String settings) throws Exception {
    assertThat(mailet(factory, settings(settings))).isNotNull();
  }

  @Test
  void endsTheWayThroughTheChain() throws Exception {
    assertThat(factory.ends(Settings.ofTexts(factory.settings(), Map.of()))).isTrue();
  }

  private static Map<String, String> settings(String text) {
    Map<String, String> settings = new HashMap<>();
    Arrays.stream(text.split(";"))
        .map(pair -> pair.split("=", 2))
        .forEach(pair -> settings.put(pair[0], pair[1]));
    return settings;
  }

  private void mx() {
    services
        .dns
        .mx("example.com", 10, "first.example.com")
        .address("first.example.com", "127.0.0.1");
  }

  private Map<String, String> byMx() {
    return Map.of("port", String.valueOf(server.port()));
  }

  private Map<String, String> byGateway() {
    return Map.of("gateway", "127.0.0.1:" + server.port());
  }

  private Map<String, String> byGateways(FakeSmtpServer... others) {
    String rest = Arrays.stream(others)
        .map(other -> ",127.0.0.1:" + other.port())
        .collect(Collectors.joining());
    return Map.of("gateway", "127.0.0.1:" + server.port() + rest);
  }

  private DeliveryReport deliver(Map<String, String> settings, Recipient... recipients)
      throws Exception {
    FakeMail mail = FakeMail.from("alice@example.org").to(recipients);
    mailet(factory, settings).service(mail);
    return attempt(mail.dispatched().getFirst());
  }

  private DeliveryReport deliver(Map<String, String> settings, Envelope envelope) throws Exception {
    FakeMail mail = FakeMail.of(envelope);
    mailet(factory, settings).service(mail);
    return attempt(mail.dispatched().getFirst());
  }
}
