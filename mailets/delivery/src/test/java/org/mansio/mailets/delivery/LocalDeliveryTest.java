package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
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
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeSmtpServer;

class LocalDeliveryTest extends DeliveryTest {
  private static final MailAddress ALICE = MailAddress.of("alice@example.org");

  private final LocalDeliveryFactory factory = new LocalDeliveryFactory();

  LocalDeliveryTest() {
    services.directory.with("alice@example.org", "bob@example.org");
  }

  @Test
  void storesWithReturnPathAndDeliveredToOnTop() throws Exception {
    FakeMail mail =
        FakeMail.from("carol@example.com").to("alice@example.org").text("Subject: hello\n\nBody\n");

    assertThat(deliver(mail))
        .isEqualTo(new Delivered(
            EnhancedStatus.parse("2.1.5"),
            Optional.empty(),
            "stored for alice@example.org",
            false,
            true));
    assertThat(services.store.texts("alice@example.org"))
        .containsExactly("Return-Path: <carol@example.com>\r\n"
            + "Delivered-To: alice@example.org\r\n"
            + "Subject: hello\r\n\r\n"
            + "Body\r\n");
  }

  @Test
  void writesTheNullReversePath() throws Exception {
    deliver(FakeMail.from("").to("alice@example.org"));

    assertThat(services.store.texts("alice@example.org").getFirst())
        .startsWith("Return-Path: <>\r\n");
  }

  @Test
  void leavesOneReturnPath() throws Exception {
    deliver(FakeMail.from("c@example.com")
        .to("alice@example.org")
        .text("Return-Path: <x@y.example>\nSubject: a\n\n"));

    assertThat(services.store.texts("alice@example.org").getFirst())
        .containsOnlyOnce("Return-Path:")
        .startsWith("Return-Path: <c@example.com>");
  }

  @Test
  void storesARepeatedDeliveryOnce() throws Exception {
    FakeMail mail = FakeMail.from("carol@example.com").to("alice@example.org");
    deliver(mail);
    attempt(mail.dispatched().getFirst());

    assertThat(services.store.texts("alice@example.org")).hasSize(1);
  }

  @Test
  void makesAnIdThatTheStoreTakes() {
    String id = StoreTransport.deliveryId(
        new MailId("A".repeat(32)), MailAddress.of("\"odd one\"@example.org"));

    assertThat(id).matches("[A-Za-z0-9.-]{1,64}");
    assertThat(StoreTransport.deliveryId(new MailId("A".repeat(32)), ALICE)).isNotEqualTo(id);
  }

  /** Or a delivery that is repeated would leave a second message, where an alias has changed the case. */
  @Test
  void makesTheSameIdForAnAddressInAnyCase() {
    MailId mail = new MailId("A".repeat(32));

    assertThat(StoreTransport.deliveryId(mail, MailAddress.of("Alice@Example.ORG")))
        .isEqualTo(StoreTransport.deliveryId(mail, MailAddress.of("alice@example.org")));
  }

  @Test
  void usesTheFolderOfASubaddressOnlyWhereItExists() throws Exception {
    services.store.createFolder(ALICE, "Lists");
    deliver(FakeMail.from("c@example.com").to("alice+lists@example.org"));
    deliver(FakeMail.from("c@example.com").to("alice+other@example.org"));

    assertThat(services.store.list(ALICE, Optional.of("Lists"))).hasSize(1);
    assertThat(services.store.list(ALICE, Optional.empty())).hasSize(1);
    assertThat(services.store.folders(ALICE)).containsExactly("Lists");
  }

  @Test
  void stopsALoop() throws Exception {
    FakeMail mail = FakeMail.from("c@example.com")
        .to("alice@example.org")
        .text("Delivered-To: Alice@example.org\n\n");

    assertThat(deliver(mail))
        .isInstanceOf(Failed.class)
        .extracting(RecipientResult::status)
        .hasToString("5.4.6");
  }

  @Test
  void failsForWhomItCannotDeliverTo() throws Exception {
    services.directory.alias(Alias.Kind.ADDRESS, "info@example.org", "alice@example.org");

    assertThat(deliver(FakeMail.from("").to("nobody@example.org")).status()).hasToString("5.1.1");
    assertThat(deliver(FakeMail.from("").to("x@example.com")).status()).hasToString("5.1.2");
    assertThat(deliver(FakeMail.from("").to("info@example.org")).status()).hasToString("5.3.5");
  }

  @Test
  void takesTheAliasTablesRefusalAsItIsMeant() throws Exception {
    services.directory.alias(Alias.Kind.ERROR, "gone@example.org", "550 5.1.6 moved away");
    services.directory.alias(Alias.Kind.ERROR, "moving@example.org", "450 4.2.0 being moved");

    assertThat(deliver(FakeMail.from("").to("gone@example.org")))
        .isEqualTo(
            new Failed(EnhancedStatus.parse("5.1.6"), Optional.empty(), "550 5.1.6 moved away"));
    assertThat(deliver(FakeMail.from("").to("moving@example.org")))
        .isEqualTo(
            new Deferred(EnhancedStatus.parse("4.2.0"), Optional.empty(), "450 4.2.0 being moved"));
  }

  @Test
  void takesTheStoresRefusalAsItIsMeant() throws Exception {
    services.store.refuse(Optional.of(EnhancedStatus.parse("4.3.1")));
    assertThat(deliver(FakeMail.from("").to("alice@example.org"))).isInstanceOf(Deferred.class);

    services.store.refuse(Optional.of(EnhancedStatus.parse("5.2.2")));
    assertThat(deliver(FakeMail.from("").to("alice@example.org"))).isInstanceOf(Failed.class);
  }

  @Test
  void waitsForTheDirectory() throws Exception {
    FakeMail mail = FakeMail.from("").to("alice@example.org");
    mailet(factory, Map.of()).service(mail);
    services.directory.setAway(true);

    assertThat(attempt(mail.dispatched().getFirst()).results().values())
        .singleElement()
        .isInstanceOf(Deferred.class);
  }

  @Test
  void spreadsMailboxesOverFewLanes() throws Exception {
    Recipient[] many = IntStream.range(0, 300)
        .mapToObj(i -> Recipient.of("user" + i + "@example.org"))
        .toArray(Recipient[]::new);
    FakeMail mail = FakeMail.from("").to(many);

    assertThat(mailet(factory, Map.of()).service(mail)).isEqualTo(Outcome.dispatched());
    Set<String> lanes = new HashSet<>(
        mail.dispatched().stream().map(dispatch -> dispatch.route().lane()).toList());
    assertThat(lanes)
        .hasSize(StoreDelivery.LANES)
        .allMatch(lane -> lane.startsWith("local:mailboxes-"));
    assertThat(mail.dispatched().stream()
            .mapToInt(dispatch -> dispatch.mail().envelope().recipients().size())
            .sum())
        .isEqualTo(300);
  }

  @Test
  void sharesATransportOnlyBetweenEqualMailets() throws Exception {
    Map<String, String> ten = Map.of("maxConnectionsPerDestination", "10");
    mailet(factory, ten);
    mailet(factory, ten);

    assertThat(transport("local").laneConcurrency()).isEqualTo(10);
    assertThatThrownBy(() -> mailet(factory, Map.of("maxConnectionsPerDestination", "5")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("delivers as 'local'");
  }

  @Test
  void deliversOverLmtpAndKeepsResultsApart() throws Exception {
    try (FakeSmtpServer server = FakeSmtpServer.lmtp().offering("PIPELINING", "8BITMIME")) {
      server.on(".bob@", "452 4.2.2 full").on("RCPT TO:<dave@", "550 5.1.1 no such user");
      FakeMail mail = FakeMail.from("c@example.com")
          .to("alice@example.org", "bob@example.org", "dave@example.org");
      String target = "127.0.0.1:" + server.port();
      mailet(factory, Map.of("lmtpTarget", target)).service(mail);

      assertThat(mail.dispatched())
          .singleElement()
          .extracting(Dispatch::route)
          .isEqualTo(new Route("local", target, "bounces"));
      DeliveryReport report = attempt(mail.dispatched().getFirst());
      assertThat(report.results().get(Recipient.of("alice@example.org")))
          .isInstanceOfSatisfying(
              Delivered.class,
              delivered -> assertThat(delivered.finalDelivery()).isTrue());
      assertThat(report.results().get(Recipient.of("bob@example.org")))
          .isInstanceOf(Deferred.class);
      assertThat(report.results().get(Recipient.of("dave@example.org"))).isInstanceOf(Failed.class);
      assertThat(server.taken().getFirst().text())
          .isEqualTo("Subject: test\r\n\r\nText of a test.\r\n");
      assertThat(List.copyOf(server.commands())).startsWith("LHLO mx.example.org");
    }
    services.transports.all().forEach(transport -> transport.close());
  }

  @Test
  void takesAnEmptyTargetForTheStore() throws Exception {
    mailet(factory, Map.of("lmtpTarget", ""));

    assertThat(transport("local")).isInstanceOf(StoreTransport.class);
  }

  private RecipientResult deliver(FakeMail mail) throws Exception {
    mailet(factory, Map.of()).service(mail);
    return attempt(mail.dispatched().getFirst()).results().values().iterator().next();
  }
}
