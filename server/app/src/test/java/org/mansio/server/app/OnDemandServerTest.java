package org.mansio.server.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.management.JMX;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.DomainsMXBean;
import org.mansio.server.admin.UsersMXBean;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.queue.QueueControl;

/** On-demand relay in the whole server: the shipped chain and the durable queue keep a customer's mail until it asks. */
class OnDemandServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LOGIN = Base64.getEncoder()
      .encodeToString("\0shop@example.org\0correct horse".getBytes(StandardCharsets.UTF_8));

  private Installation installation;
  private RunningServer server;

  @BeforeEach
  void start(@TempDir Path home) throws IOException {
    installation = new Installation(home);
    installation.change(
        "server.xml",
        "<customer></customer>",
        "<customer>user:shop@example.org shop.example</customer>"
            + "<customer>address:127.0.0.1 shop.example</customer>");
    installation.change("server.xml", "<auth>protected</auth>", "<auth>always</auth>");
    // What ETRN starts finds nobody there.
    installation.environment.put("MANSIO_SMARTHOST", "127.0.0.1:1");
    server = installation.start();
    operations(DomainsMXBean.class).add("example.org");
    operations(UsersMXBean.class).add("shop@example.org", "correct horse");
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private <T> T operations(Class<T> mxbean) {
    return JMX.newMXBeanProxy(installation.beans, AdminNames.of(AdminNames.typeOf(mxbean)), mxbean);
  }

  private QueueControl queue() {
    return server.server().services().queue().control();
  }

  private long waiting() {
    return queue().waiting(Optional.of("shop.example")).stream()
        .mapToLong(QueueControl.WaitingMail::count)
        .sum();
  }

  /** A connection that says lines and hears lines. */
  private final class Peer implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Peer(String listener) throws IOException {
      InetSocketAddress to = server.server().listeners().stream()
          .filter(l -> l.name().equals(listener))
          .map(Listener::addresses)
          .map(List::getFirst)
          .findFirst()
          .orElseThrow();
      socket = new Socket(to.getAddress(), to.getPort());
      socket.setSoTimeout((int) PATIENCE.toMillis());
      in = new BufferedReader(
          new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      reply();
      ask("EHLO client.example");
    }

    String line() throws IOException {
      return in.readLine();
    }

    private String reply() throws IOException {
      String line = line();
      while (line != null && line.length() > 3 && line.charAt(3) == '-') {
        line = line();
      }
      return String.valueOf(line);
    }

    String ask(String command) throws IOException {
      say(command);
      return reply();
    }

    void say(String line) throws IOException {
      socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private void send(int count) throws IOException {
    try (Peer peer = new Peer("smtp")) {
      for (int i = 0; i < count; i++) {
        peer.ask("MAIL FROM:<bob@example.net>");
        assertThat(peer.ask("RCPT TO:<a@shop.example>")).startsWith("250 ");
        peer.ask("DATA");
        assertThat(peer.ask("Subject: number " + i + "\r\n\r\nHello\r\n.")).startsWith("250 ");
      }
    }
  }

  /** Plays the customer's server until the provider quits. @return the recipients' commands */
  private static List<String> takeAll(Peer peer) throws IOException {
    List<String> taken = new ArrayList<>();
    peer.say("220 mail.shop.example");
    for (String line = peer.line(); !line.equals("QUIT"); line = peer.line()) {
      if (line.equals("DATA")) {
        peer.say("354 go on");
        while (!line.equals(".")) {
          line = peer.line();
        }
      } else if (line.startsWith("RCPT ")) {
        taken.add(line);
      }
      peer.say("250 ok");
    }
    peer.say("221 bye");
    return taken;
  }

  @Test
  void keepsTheMailOfACustomerUntilItFetchesIt() throws IOException {
    send(20);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isEqualTo(20));
    try (Peer customer = new Peer("odmr")) {
      assertThat(customer.ask("ATRN")).startsWith("530 ");
      assertThat(customer.ask("AUTH PLAIN " + LOGIN)).startsWith("235 ");
      assertThat(customer.ask("ATRN shop.example")).startsWith("250 ");
      assertThat(takeAll(customer)).hasSize(20).allMatch(rcpt -> rcpt.contains("a@shop.example"));
    }
    await().atMost(PATIENCE).untilAsserted(() -> {
      assertThat(waiting()).isZero();
      assertThat(lastResult()).endsWith("20 offered, 0 left");
    });
    try (Peer customer = new Peer("odmr")) {
      customer.ask("AUTH PLAIN " + LOGIN);
      assertThat(customer.ask("ATRN")).startsWith("453 ");
    }
  }

  @Test
  void startsWhatWaitsWhenTheCustomerSaysEtrn() throws IOException {
    send(2);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isEqualTo(2));
    try (Peer customer = new Peer("smtp")) {
      assertThat(customer.ask("ETRN shop.example")).startsWith("253 2.0.0 OK, 2 pending");
      assertThat(customer.ask("ETRN example.org")).startsWith("459 ");
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(queue().destinations())
            .filteredOn(lane -> lane.lane().equals("on-demand:shop.example"))
            .singleElement()
            .satisfies(lane -> assertThat(lane.lastError()).isPresent()));
  }

  private String lastResult() throws Exception {
    CompositeData[] domains =
        (CompositeData[]) installation.beans.getAttribute(AdminNames.of("OnDemand"), "Domains");
    return String.valueOf(domains[0].get("lastResult"));
  }
}
