package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Sending;
import org.mansio.dist.mail.Sink;
import org.mansio.dist.mail.Sink.Arrival;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;
import org.mansio.spi.testkit.DeafPort;

/** A transport map in a file: hosts of which one is dead, an error, nothing; changed while the server runs. */
class RoutesIT {
  private static final String SENDER = "someone@example.com";

  @Test
  void mailGoesTheWaysOfTheMapAndFollowsItsChanges() throws Exception {
    try (DeafPort dead = new DeafPort();
        Sink relay = Sink.smtp();
        Sink smartHost = Sink.smtp();
        Sink store = Sink.lmtp()) {
      Installation installation =
          withMap("""
              relayed.example   smtp 127.0.0.1:%d;preference=1 %s
              .stored.example   lmtp %s
              moved.example     error 550 5.1.6 This domain has moved
              void.example      discard
              """.formatted(dead.port(), relay.address(), store.address()));
      try (RunningServer server = RunningServer.start(
          installation,
          Map.of(
              "MANSIO_SMARTHOST", smartHost.address(), "MANSIO_RELAY_NETWORKS", "127.0.0.0/8"))) {
        List<TestMessage> relayed = send(server, "relayed", "bob@relayed.example", 20);
        List<TestMessage> stored = send(server, "stored", "bob@one.stored.example", 5);
        send(server, "discarded", "bob@void.example", 5);
        send(server, "refused", "bob@moved.example", 1);
        List<TestMessage> others = send(server, "others", "bob@far.example", 5);

        Arrived.unchanged(relayed, relay::messages);
        Arrived.unchanged(stored, store::messages);
        Arrived.unchanged(others, () -> messages(smartHost, SENDER));
        Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> messages(smartHost, "").size() == 1);
        assertThat(text(messages(smartHost, "").getFirst()))
            .contains("Action: failed", "Status: 5.1.6", "550 5.1.6 This domain has moved");
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> isEmpty(installation));

        // Nothing changes by a map with an error.
        map(installation, "relayed.example smtp\n");
        Commands.Result refused = installation.ctl("reload");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.all()).contains("routes.map:1: ");

        map(installation, "void.example smtp " + relay.address() + "\n");
        assertThat(installation.ctl("reload").exitCode()).isZero();
        List<TestMessage> found = send(server, "found", "bob@void.example", 5);
        Arrived.unchanged(found, () -> to(relay, "bob@void.example"));
      }
    }
  }

  private static Installation withMap(String map) throws IOException {
    Installation installation = Installation.fresh("routes")
        .edit(
            "mailetcontainer.xml",
            chain -> chain.replace(
                "class=\"RemoteDelivery\">",
                "class=\"RemoteDelivery\"><transportMapFile>routes.map</transportMapFile>"));
    map(installation, map);
    return installation;
  }

  private static void map(Installation installation, String text) throws IOException {
    Files.writeString(installation.conf("routes.map"), text);
  }

  private static List<TestMessage> send(RunningServer server, String name, String to, int count)
      throws IOException {
    List<TestMessage> mails = java.util.stream.IntStream.range(0, count)
        .mapToObj(i -> TestMessage.of(name + "-" + i, 2_000))
        .toList();
    Sending.all(Sending.door(server.smtp()), 2, SENDER, to, mails);
    return mails;
  }

  private static List<byte[]> messages(Sink sink, String sender) {
    return sink.arrivals().stream()
        .filter(arrival -> arrival.sender().equals(sender))
        .map(Arrival::octets)
        .toList();
  }

  private static List<byte[]> to(Sink sink, String recipient) {
    return sink.arrivals().stream()
        .filter(arrival -> arrival.recipients().contains(recipient))
        .map(Arrival::octets)
        .toList();
  }

  private static boolean isEmpty(Installation installation) {
    return installation.ctlWithInput("", "queue", "list").lines().noneMatch(l -> l.contains("@"));
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }
}
