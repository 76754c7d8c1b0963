package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.Sink;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** What an operator learns of mail: before it is sent, by a simulation; afterwards, from trace and log. */
class SimulateIT {
  private static final String ALICE = "alice@example.org";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Sink smartHost;
  private static RunningServer server;

  @BeforeAll
  static void start() throws IOException {
    smartHost = Sink.smtp();
    Installation installation = Installation.fresh("simulate")
        .edit(
            "mailetcontainer.xml",
            chain -> chain.replace(
                "class=\"RemoteDelivery\">",
                "class=\"RemoteDelivery\"><transportMap>refused.example error 550 5.1.6 This domain has moved"
                    + "</transportMap>"));
    server = RunningServer.withUsers(
        installation,
        Map.of("MANSIO_SMARTHOST", smartHost.address(), "MANSIO_RELAY_NETWORKS", "127.0.0.0/8"));
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    smartHost.close();
  }

  private static String ctl(String... arguments) {
    return server.installation().ctlWithInput("", arguments);
  }

  private static Path message() throws IOException {
    return Files.writeString(
        server.installation().home().resolve("trial.eml"),
        "From: a@example.com\nSubject: trial\n\nHello\n");
  }

  @Test
  void aSimulatedMailIsToldOfAndGoesNowhere() throws IOException {
    String told = ctl(
        "simulate",
        "--from",
        ALICE,
        "--to",
        "bob@example.org",
        "--to",
        "somebody@remote.example",
        "--to",
        "nobody@example.org",
        message().toString());

    assertThat(told)
        .containsPattern("bob@example\\.org +delivery +local:mailboxes-\\d\\d")
        .containsPattern("somebody@remote\\.example +delivery +remote:" + smartHost.address())
        .containsPattern("nobody@example\\.org +bounce +local-address-error/0/Bounce +5\\.1\\.1")
        .containsPattern("transport/2/LocalDelivery +matched +RecipientIsLocal for 1 of 3")
        .contains(", which ")
        .contains("Simulated: nothing was queued");
    assertThat(ctl("queue", "count", "--json")).doesNotContainPattern("\"count\":[1-9]");
    assertThat(Mailbox.of(server.installation().data(), "bob", "example.org").count())
        .isZero();
    assertThat(smartHost.arrivals()).isEmpty();
    String id = first("Mail (\\S+) from", told);
    assertThat(server.installation().ctl("trace", id).exitCode())
        .as("unknown to the trace")
        .isEqualTo(66);
  }

  @Test
  void aReportLeadsToItsMailAndTheMailToItsReport() throws Exception {
    TestMessage mail = TestMessage.of("refused", 500);
    String id;
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      String reply =
          client.mail(ALICE, List.of("x@refused.example"), mail.octets()).text();
      id = first("queued as (\\S+)", reply);
    }
    Mailbox alice = Mailbox.of(server.installation().data(), "alice", "example.org");
    await().atMost(LIMIT).until(() -> alice.count() == 1);

    String way = ctl("trace", id);
    String report = first(Pattern.quote(id) + " .*reported on in (\\S+) to " + ALICE, way);
    String back = ctl("trace", report);
    assertThat(back.lines().skip(1).findFirst())
        .hasValueSatisfying(line -> assertThat(line).contains("made", "about=" + id));
    assertThat(way).contains("failed", "550 5.1.6 This domain has moved").doesNotContain("{");
    assertThat(log())
        .containsPattern(
            "INFO .*org\\.mansio\\.delivery " + id
                + ": to=<x@refused\\.example>, relay=none, via=remote:refused\\.example, attempt=1,"
                + " delay=[0-9.]+, dsn=5\\.1\\.6, status=bounced \\(550 5\\.1\\.6 This domain has moved\\)")
        .containsPattern(report + ": to=<" + ALICE
            + ">, relay=none, via=local:mailboxes-\\d\\d, attempt=1, .*status=sent");
  }

  private static String log() throws IOException {
    return Files.readString(server.installation().logs().resolve("mansio.log"));
  }

  private static String first(String pattern, String text) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern + " in " + text).isTrue();
    return found.group(1);
  }
}
