package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

/** To which host a mail goes when another one doesn't take it. */
class NextHostTest extends RemoteDeliveryFixture {
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
    twoHosts();
    server.on("", "421 4.3.2 busy", "220 hello");

    assertThat(deliver(byMx(), BOB).results().get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void doesNotTakeAPermanentAnswerToTheNextHost() throws Exception {
    twoHosts();
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
    twoHosts();
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
  void whatOneHostLacksDoesNotCountWhenThereIsNoTimeToAskTheOthers() throws Exception {
    server.on("", FakeSmtpServer.SILENCE);
    Recipient international = Recipient.of("jürgen@example.com");
    try (FakeSmtpServer old = FakeSmtpServer.smtp().offering("PIPELINING", "8BITMIME")) {
      Map<String, String> gateways =
          Map.of("gateway", "127.0.0.1:" + old.port() + ",127.0.0.1:" + server.port());
      CompletableFuture<DeliveryReport> report = new CompletableFuture<>();
      Thread queue = Thread.startVirtualThread(() -> {
        try {
          report.complete(deliver(gateways, international));
        } catch (Exception e) {
          report.completeExceptionally(e);
        }
      });
      Awaitility.await().until(() -> !server.dialogues().isEmpty());

      queue.interrupt();

      assertThat(report.get().results().get(international)).isInstanceOf(Deferred.class);
    }
  }

  /** Two MX hosts, which are one server. */
  private void twoHosts() {
    mx();
    services
        .dns
        .mx("example.com", 20, "second.example.com")
        .address("second.example.com", "127.0.0.1");
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

  private Map<String, String> byGateways(FakeSmtpServer... others) {
    String rest = Arrays.stream(others)
        .map(other -> ",127.0.0.1:" + other.port())
        .collect(Collectors.joining());
    return Map.of("gateway", "127.0.0.1:" + server.port() + rest);
  }
}
