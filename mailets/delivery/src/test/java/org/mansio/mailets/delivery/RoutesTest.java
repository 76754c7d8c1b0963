package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.mailets.delivery.route.TransportMap;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.Peer;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.queue.Route;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeServices;

/** RemoteDelivery with a transport map and the rollup of providers. */
class RoutesTest extends RoutesFixture {
  @Test
  void dispatchesByRoute() throws Exception {
    map("""
        one.example smtp Relay.example:587 spare.example
        two.example on-demand customers
        gone.example error 550 5.1.6 It has moved
        """);

    assertThat(
            dispatched(BOB, CAROL, Recipient.of("a@gone.example"), Recipient.of("a@far.example")))
        .extracting(Dispatch::route)
        .containsExactly(
            new Route("remote", "relay.example:587", "bounces"),
            new Route("customers", "two.example", "bounces"),
            new Route("remote", "gone.example", "bounces"),
            new Route("remote", "far.example", "bounces"));
  }

  @Test
  void theMapGoesBeforeTheGateway() throws Exception {
    map("one.example smtp " + at(server));
    settings.put("gateway", at(other));

    for (Dispatch dispatch : dispatched(BOB, CAROL)) {
      attempt(dispatch);
    }

    assertThat(recipients(server)).containsExactly("RCPT TO:<bob@one.example>");
    assertThat(recipients(other)).containsExactly("RCPT TO:<carol@two.example>");
  }

  @Test
  void thePasswordOfTheGatewayIsForNobodyElse() throws Exception {
    map("one.example smtp " + at(server));
    server.offering("PIPELINING", "8BITMIME", "AUTH PLAIN");
    settings.putAll(Map.of(
        "gateway", at(other), "gatewayUsername", "u", "gatewayPassword", "p", "startTLS", "off"));

    assertThat(result(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.commands()).noneMatch(command -> command.startsWith("AUTH"));
  }

  @Test
  void tlsFromTheFirstOctetIsForTheGatewayAndNotForMxHosts() throws Exception {
    map("one.example mx port=" + server.port());
    mx("one.example", "mx.one.example");
    settings.putAll(
        Map.of("gateway", at(other), "sslEnable", "true", "verifyServerIdentity", "true"));

    assertThat(result(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.taken()).hasSize(1);
  }

  @Test
  void startTlsHoldsForMxHostsBesideAGatewayToo() throws Exception {
    map("one.example mx port=" + server.port());
    mx("one.example", "mx.one.example");
    settings.putAll(Map.of("gateway", at(other), "sslEnable", "true", "startTLS", "required"));

    assertThat(result(BOB)).isInstanceOf(Deferred.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void logsInWhereTheRouteSaysSo() throws Exception {
    Files.writeString(configuration().resolve("relay.secret"), "p\n");
    map("one.example smtp " + at(server) + " tls=off user=u password=file:relay.secret");
    server.offering("PIPELINING", "8BITMIME", "AUTH PLAIN").on("AUTH", "235 2.7.0 ok");

    assertThat(result(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.commands()).contains("AUTH PLAIN AHUAcA==");
  }

  @Test
  void aHostWithoutTlsGetsNothingWhereTheRouteDemandsIt() throws Exception {
    map("one.example smtp " + at(server) + " tls=required");

    assertThat(result(BOB)).isInstanceOf(Deferred.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void takesTheNextHostForOneThatIsDeadAndThenLeavesItOut() throws Exception {
    services.dns.address("dead.example", "127.0.0.2").address("live.example", "127.0.0.1");
    map("one.example smtp dead.example:" + server.port() + ";preference=1 live.example:"
        + server.port());

    for (int i = 0; i < 3; i++) {
      assertThat(result(BOB)).isInstanceOf(Delivered.class);
    }
    assertThat(server.taken()).hasSize(3);
  }

  @Test
  void aHostThatWasDeadGoesBehindTheOthersAndIsTriedWhenNoneIsLeft() throws Exception {
    DeadHosts dead = new DeadHosts();
    List<HostPort> gateways = List.of(HostPort.parse(at(server)), HostPort.parse(at(other)));
    ClientOptions client = ClientOptions.smtp("mx.example.org");
    HostTransportOptions options = new HostTransportOptions(
        "remote",
        client,
        25,
        client.tls(),
        HostTransportOptions.over(client, gateways),
        TransportMap.none(),
        SourcePools.none(),
        20,
        100,
        TlsSettings.off());
    services.transports.register(new HostTransport(options, services, new OutboundTls(), dead));
    FakeMail mail = mail(BOB);
    mail.dispatch(new Route("remote", "relay", "bounces"), List.of(BOB));
    Dispatch dispatch = mail.dispatched().getFirst();

    dead.add(Peer.of("127.0.0.1", server.address(), server.port()));
    attempt(dispatch);
    assertThat(server.taken()).isEmpty();
    assertThat(other.taken()).hasSize(1);

    other.close();
    Awaitility.await().until(() -> {
      attempt(dispatch);
      return server.taken().size() == 1;
    });
  }

  @Test
  void deliversOverLmtp() throws Exception {
    map("one.example lmtp " + at(store));

    assertThat(result(BOB)).isInstanceOf(Delivered.class);
    assertThat(store.commands()).startsWith("LHLO mx.example.org");
  }

  @Test
  void discardsAndRefusesWithoutAnyHost() throws Exception {
    map("""
        one.example discard
        two.example error 550 5.1.6 It has moved
        three.example error 450 4.2.1 Not today
        """);
    Recipient third = Recipient.of("dan@three.example");

    // No report of success: nobody has it.
    assertThat(result(BOB)).isInstanceOfSatisfying(Delivered.class, delivered -> {
      assertThat(delivered.dsnRelayed()).isTrue();
      assertThat(delivered.finalDelivery()).isFalse();
    });
    assertThat(result(CAROL)).isInstanceOfSatisfying(Failed.class, failed -> {
      assertThat(failed.status()).hasToString("5.1.6");
      assertThat(failed.diagnostic()).isEqualTo("550 5.1.6 It has moved");
    });
    DeliveryReport later = report(third);
    assertThat(later.results().get(third)).isInstanceOf(Deferred.class);
    assertThat(later.laneDown()).isFalse();
  }

  @Test
  void mailThatWaitsFollowsAChangeOfTheMap() throws Exception {
    Dispatch waiting = dispatched(BOB).getFirst();
    services.transports.all().forEach(transport -> transport.close());
    FakeServices reloaded = new FakeServices(folder);
    map("one.example smtp " + at(server));
    services = reloaded;
    dispatched(CAROL);

    assertThat(attempt(waiting).results().get(BOB)).isInstanceOf(Delivered.class);
  }

  @Test
  void mailThatWasAskedForGoesByMx() throws Exception {
    map("one.example on-demand");
    mx("one.example", "mx.one.example");
    settings.put("port", String.valueOf(server.port()));
    Dispatch resting = dispatched(BOB).getFirst();
    Dispatch started = new Dispatch(resting.mail(), new Route("remote", "one.example", "bounces"));

    assertThat(attempt(started).results().get(BOB)).isInstanceOf(Delivered.class);
  }

  @Test
  void domainsOfOneProviderShareALaneAndATransaction() throws Exception {
    mx("one.example", "mx.provider.example");
    mx("two.example", "mx.provider.example");
    settings.put("mxRollup", "provider.example");
    settings.put("port", String.valueOf(server.port()));

    List<Dispatch> dispatched = dispatched(BOB, CAROL);
    assertThat(dispatched)
        .extracting(Dispatch::route)
        .containsExactly(new Route("remote", "provider.example", "bounces"));
    assertThat(attempt(dispatched.getFirst()).results().values())
        .hasSize(2)
        .allMatch(Delivered.class::isInstance);
    assertThat(server.taken())
        .singleElement()
        .satisfies(mail -> assertThat(mail.recipients())
            .containsExactly("RCPT TO:<bob@one.example>", "RCPT TO:<carol@two.example>"));
  }

  @Test
  void domainsWithOtherHostsOrOtherDemandsOnTlsAreKeptApart() throws Exception {
    mx("one.example", "mx.provider.example");
    mx("two.example", "mx.provider.example");
    mx("three.example", "other.provider.example");
    settings.putAll(Map.of(
        "mxRollup",
        "provider.example",
        "port",
        String.valueOf(server.port()),
        "tlsPolicy",
        "two.example none"));

    attempt(dispatched(BOB, CAROL, Recipient.of("dan@three.example")).getFirst());

    assertThat(server.taken())
        .extracting(mail -> mail.recipients().size())
        .containsExactly(1, 1, 1);
  }

  @Test
  void splitsRecipientsOverTransactionsOfOneConnection() throws Exception {
    map("* smtp " + at(server));
    settings.put("maxRecipientsPerTransaction", "1");

    attempt(dispatched(BOB, CAROL).getFirst());

    assertThat(server.taken()).hasSize(2);
    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void readsTheMapFromAFile() throws Exception {
    Files.writeString(configuration().resolve("routes.map"), "one.example smtp " + at(server));
    settings.put("transportMapFile", "routes.map");

    assertThat(result(BOB)).isInstanceOf(Delivered.class);
  }
}
