package org.mansio.protocols.ondemand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.protocols.smtp.Client;
import org.mansio.spi.listener.TurnableListener;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.OutboundSession;
import org.mansio.spi.smtp.OutboundSmtp;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Upstream;

/** Provider and customer, both real, in one JVM. */
class CollectionTest {
  private final TestServer provider = new TestServer();
  private final TestServer customer = new TestServer();

  @BeforeEach
  void start() {
    provider.services.directory.with("shop@isp.example");
    // RFC 2645 §4: CRAM-MD5, which needs a secret that the provider can read.
    provider.services.directory.setPasswordAndSharedSecret(
        MailAddress.of("shop@isp.example"), "pohs");
    provider
        .set("customer", "user:shop@isp.example shop.example elsewhere.example")
        .listen("odmr", "auth", "always");
    customer.services.directory.with("a@shop.example");
    customer.listen("smtp", "relayNetworks", "192.0.2.0/24");
  }

  @AfterEach
  void stop() {
    provider.close();
    customer.close();
  }

  private Upstream upstream(String protocol, Upstream.Tls tls) {
    return new Upstream(
        "127.0.0.1",
        provider.address(protocol).getPort(),
        tls,
        false,
        Optional.of(new Upstream.Login("shop@isp.example", "pohs")),
        Duration.ofSeconds(20));
  }

  private TurnableListener taking() {
    return (TurnableListener) customer.services.listener("smtp").orElseThrow();
  }

  private RunResult run(Upstream.Tls tls, RemoteRequest.Question question)
      throws InterruptedException {
    return new RemoteRequest(
            customer.services.outboundSmtp(), List.of(upstream("odmr", tls)), question)
        .run();
  }

  private RunResult collect(Upstream.Tls tls) throws InterruptedException {
    return run(tls, RemoteRequest.atrn(List.of(), taking()));
  }

  @Test
  void collectsAHundredMailsUnderTls() throws InterruptedException {
    IntStream.range(0, 100).forEach(i -> provider.waiting("a@shop.example"));
    provider.waiting("x@other.example");
    RunResult result = collect(Upstream.Tls.REQUIRED);
    assertThat(result.succeeded()).as(result.text()).isTrue();
    assertThat(result.mails()).isEqualTo(100);
    assertThat(customer.services.queue.mails()).hasSize(100);
    assertThat(customer.services.queue.mails())
        .allSatisfy(mail -> assertThat(mail.origin().tls()).isPresent());
    await().untilAsserted(() -> assertThat(provider.resting()).containsExactly("x@other.example"));
  }

  @Test
  void leavesAtTheProviderWhatTheCustomerRefuses() throws InterruptedException {
    customer.services.queue.refuse(Optional.of(QueueException.Reason.FULL));
    provider.waiting("a@shop.example");
    assertThat(collect(Upstream.Tls.OPPORTUNISTIC).text()).endsWith("ATRN: 0 mails taken");
    assertThat(customer.services.queue.mails()).isEmpty();
    assertThat(provider.resting()).containsExactly("a@shop.example");
  }

  @Test
  void takesNoMailForStrangersFromTheProvider() throws InterruptedException {
    // The domain is the customer's at the provider, but not here: nobody becomes a relay by asking.
    provider.waiting("a@elsewhere.example");
    assertThat(collect(Upstream.Tls.OPPORTUNISTIC).text()).endsWith("ATRN: 0 mails taken");
    await().untilAsserted(() -> assertThat(provider.resting()).isEmpty());
    assertThat(customer.services.queue.mails()).isEmpty();
  }

  @Test
  void countsNoMailAsSuccess() throws InterruptedException {
    RunResult result = collect(Upstream.Tls.OPPORTUNISTIC);
    assertThat(result.succeeded()).isTrue();
    assertThat(result.text()).endsWith("has no mail");
  }

  @Test
  void reportsARefusalAndAHostThatIsNotThere() throws InterruptedException {
    provider.waiting("a@shop.example");
    RunResult refused =
        run(Upstream.Tls.OPPORTUNISTIC, RemoteRequest.atrn(List.of("other.example"), taking()));
    assertThat(refused.succeeded()).isFalse();
    assertThat(refused.text()).contains("450 4.7.1 ATRN request refused");
    RemoteRequest late = new RemoteRequest(
        customer.services.outboundSmtp(),
        List.of(upstream("odmr", Upstream.Tls.OPPORTUNISTIC)),
        RemoteRequest.atrn(List.of(), taking()));
    provider.close();
    RunResult gone = late.run();
    assertThat(gone.succeeded()).isFalse();
    assertThat(gone.text()).contains("127.0.0.1");
  }

  @Test
  void asksByEtrnForEachNode() throws InterruptedException {
    provider.set("etrn", "odmr").set("atrn").listen("odmr", "auth", "always");
    provider.waiting("a@shop.example");
    RunResult good = run(Upstream.Tls.REQUIRED, RemoteRequest.etrn(List.of("shop.example")));
    assertThat(good.succeeded()).as(good.text()).isTrue();
    assertThat(good.text()).contains("ETRN shop.example: 253 2.0.0 OK, 1 pending");
    RunResult bad =
        run(Upstream.Tls.REQUIRED, RemoteRequest.etrn(List.of("shop.example", "other.example")));
    assertThat(bad.succeeded()).isFalse();
    assertThat(bad.text()).contains("253 ", "ETRN other.example: 459 ");
  }

  @Test
  void neitherTlsNorLoginNorAnotherSwapBeginsBehindTheSwap() throws Exception {
    // The customer's end of a swapped connection, with the provider played by hand.
    customer
        .set("customer", "address:127.0.0.1 shop.example")
        .set("etrn", "smtp")
        .set("turn", "smtp");
    customer.listen("smtp", "auth", "always");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        OutboundSmtp smtp = customer.services.outboundSmtp()) {
      CompletableFuture<Long> taken = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> {
        try (OutboundSession session = smtp.open(plain(socket.getLocalPort()))) {
          session.command("ATRN");
          taken.complete(taking().serve(session.turn()));
        } catch (Exception e) {
          taken.completeExceptionally(e);
        }
      });
      try (Client peer = new Client(socket.accept())) {
        peer.send("220 isp.example\r\n").line();
        peer.send("250-isp.example\r\n250 ATRN\r\n");
        assertThat(peer.line()).isEqualTo("ATRN");
        peer.send("250 reversing\r\n");
        assertThat(peer.line()).startsWith("220 mx.example.org ");
        assertThat(peer.ask("EHLO isp.example")).doesNotContain("STARTTLS", "AUTH", "ETRN", "TURN");
        for (String command :
            new String[] {"STARTTLS", "AUTH PLAIN", "ETRN shop.example", "TURN"}) {
          assertThat(peer.ask(command)).startsWith("503 5.5.1 Not on a connection whose roles");
        }
        assertThat(peer.ask("QUIT")).startsWith("221 ");
      }
      assertThat(taken.get()).isZero();
    }
  }

  private static Upstream plain(int port) {
    return new Upstream(
        "127.0.0.1", port, Upstream.Tls.NONE, false, Optional.empty(), Duration.ofSeconds(20));
  }

  @Test
  void closesWhenTheProviderSaysMoreThanThatTheRolesAreSwapped() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      CompletableFuture<SmtpReply> reply = new CompletableFuture<>();
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> {
        try (OutboundSession session =
            customer.services.outboundSmtp().open(plain(socket.getLocalPort()))) {
          reply.complete(session.command("ATRN"));
          session.turn();
        } catch (Exception e) {
          failure.complete(e);
        }
      });
      try (Client peer = new Client(socket.accept())) {
        peer.send("220 isp.example\r\n").line();
        peer.send("250 isp.example\r\n").line();
        peer.send("250 reversing\r\nMAIL FROM:<a@example.com>\r\n");
        assertThat(peer.line()).isNull();
      }
      assertThat(reply.get().code()).isEqualTo(250);
      assertThat(failure.get()).isInstanceOf(IOException.class);
    }
  }

  private RemoteQueueStart create(Map<String, String> given) throws Exception {
    Map<String, String> texts = new TreeMap<>(Map.of(
        "times", "*/10 * * * *",
        "method", "atrn",
        "host", "isp.example",
        "username", "shop@isp.example",
        "password", "pohs"));
    texts.putAll(given);
    var factory = customer.remoteQueueStart();
    return (RemoteQueueStart)
        factory.create("isp", Settings.ofTexts(factory.settings(), texts), customer.services);
  }

  @Test
  void saysWhatDoesNotFitInItsSettings() throws Exception {
    create(Map.of());
    create(Map.of("method", "etrn", "domain", "@shop.example", "tls", "none"));
    assertThatThrownBy(() -> create(Map.of("times", "every day")))
        .hasMessageContaining("isn't a cron expression");
    assertThatThrownBy(() -> create(Map.of("times", "61 * * * *")))
        .hasMessageContaining("isn't a cron expression");
    assertThatThrownBy(() -> create(Map.of("timeZone", "Europe/Rome-on-the-Road")))
        .hasMessageContaining("isn't a time zone");
    assertThatThrownBy(() -> create(Map.of("listener", "smpt")))
        .hasMessageContaining("no listener 'smpt' is switched on");
    assertThatThrownBy(() -> create(Map.of("username", "", "password", "")))
        .hasMessageContaining("method atrn needs 'username' and 'password'");
    assertThatThrownBy(() -> create(Map.of("password", "")))
        .hasMessageContaining("need each other");
    assertThatThrownBy(() -> create(Map.of("method", "etrn")))
        .hasMessageContaining("method etrn needs 'domain' or 'queue'");
    assertThatThrownBy(() -> create(Map.of("domain", "@shop.example")))
        .hasMessageContaining("plain domains only");
    assertThatThrownBy(() -> create(Map.of("tls", "opportunistic", "verifyServerIdentity", "true")))
        .hasMessageContaining("verifyServerIdentity needs tls");
  }
}
