package org.mansio.server.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMX;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.DomainsMXBean;
import org.mansio.server.admin.HealthMXBean;
import org.mansio.server.admin.ListenersMXBean;
import org.mansio.server.admin.PluginView;
import org.mansio.server.admin.PluginsMXBean;
import org.mansio.server.admin.QueueMXBean;
import org.mansio.server.admin.QueueState;
import org.mansio.server.admin.TraceMXBean;
import org.mansio.server.admin.TraceStep;
import org.mansio.server.admin.UsersMXBean;
import org.mansio.spi.listener.Listener;

/**
 * Every module together, as shipped: a mail in by SMTP, through the queue and the chain, into the Maildir. One server for
 * all tests, a user for each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Installation installation;
  private RunningServer server;

  @BeforeAll
  void start(@TempDir Path home) throws IOException {
    installation = new Installation(home);
    server = installation.start();
    operations(DomainsMXBean.class).add("example.org");
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.stop();
    }
  }

  private void addUser(String name) {
    operations(UsersMXBean.class).add(name + "@example.org", "correct horse");
  }

  private <T> T operations(Class<T> mxbean) {
    return JMX.newMXBeanProxy(installation.beans, AdminNames.of(AdminNames.typeOf(mxbean)), mxbean);
  }

  private InetSocketAddress address(String listener) {
    return server.server().listeners().stream()
        .filter(l -> l.name().equals(listener))
        .map(Listener::addresses)
        .map(List::getFirst)
        .findFirst()
        .orElseThrow();
  }

  /** A client of a few lines: sends each command and gives the last line of each reply. */
  private List<String> talk(String listener, String... commands) throws IOException {
    InetSocketAddress to = address(listener);
    List<String> replies = new java.util.ArrayList<>();
    try (Socket socket = new Socket(to.getAddress(), to.getPort());
        BufferedReader in = new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      replies.add(reply(in));
      for (String command : commands) {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        replies.add(reply(in));
      }
    }
    return replies;
  }

  private static String reply(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      line = in.readLine();
    }
    return String.valueOf(line);
  }

  private List<String> send(String recipient, String subject) throws IOException {
    return talk(
        "smtp",
        "EHLO client.example.net",
        "MAIL FROM:<bob@example.net>",
        "RCPT TO:<" + recipient + ">",
        "DATA",
        "From: bob@example.net\r\nTo: " + recipient + "\r\nMessage-ID: <" + subject
            + "@example.net>\r\nSubject: " + subject + "\r\n\r\nHello.\r\n..dotted\r\n.",
        "QUIT");
  }

  private List<Path> inbox(String user) throws IOException {
    Path folder = installation.layout().data().resolve("mail/example.org/" + user + "/Maildir/new");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private void awaitInbox(String user, int size) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(inbox(user)).hasSize(size));
  }

  @Test
  void aMailForALocalUserArrivesInTheMaildir() throws IOException {
    addUser("alice");
    List<String> replies = send("alice@example.org", "first");

    assertThat(replies).last().asString().startsWith("221");
    assertThat(replies.get(5)).startsWith("250 2.");
    awaitInbox("alice", 1);
    assertThat(Files.readString(inbox("alice").getFirst()))
        .contains("Return-Path: <bob@example.net>")
        .contains("by mx.example.org")
        .contains("Subject: first")
        .contains("\n.dotted");
  }

  @Test
  void theTraceTellsTheWholeWayByMessageId() throws IOException {
    addUser("carol");
    send("carol@example.org", "traced");
    awaitInbox("carol", 1);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(operations(TraceMXBean.class).find("<traced@example.net>"))
            .extracting(TraceStep::kind)
            .startsWith("received")
            .contains("dispatched", "delivered"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(operations(QueueMXBean.class).states())
            .allSatisfy(state -> assertThat(state).extracting(QueueState::count).isEqualTo(0L)));
  }

  @Test
  void nobodyRelaysAndUnknownUsersAreRefusedAtRcpt() throws IOException {
    List<String> replies = talk(
        "smtp",
        "EHLO client.example.net",
        "MAIL FROM:<bob@example.net>",
        "RCPT TO:<victim@example.com>",
        "RCPT TO:<nobody@example.org>",
        "DATA");

    assertThat(replies.get(3)).startsWith("550 5.7.1");
    assertThat(replies.get(4)).startsWith("550 5.1.1");
    assertThat(replies.get(5)).startsWith("5");
  }

  @Test
  void lmtpAnswersForEachRecipient() throws IOException {
    addUser("dave");
    List<String> replies = talk(
        "lmtp",
        "LHLO client.example.net",
        "MAIL FROM:<bob@example.net>",
        "RCPT TO:<dave@example.org>",
        "DATA",
        "Subject: by lmtp\r\n\r\nHello.\r\n.",
        "QUIT");

    assertThat(replies.get(5)).startsWith("250 2.");
    awaitInbox("dave", 1);
  }

  @Test
  void theOperationsSeeTheServer() {
    assertThat(operations(HealthMXBean.class).check())
        .filteredOn(c -> !c.component().equals("disk"))
        .allSatisfy(c -> assertThat(c.up()).as(c.toString()).isTrue());
    assertThat(operations(ListenersMXBean.class).list())
        .extracting(l -> l.name())
        .containsExactly("smtp", "submission", "submissions", "lmtp", "odmr");
    assertThat(operations(PluginsMXBean.class).list())
        .extracting(PluginView::source)
        .containsOnly("built in");
  }

  @Test
  void aServerStartedAgainOnItsDataKnowsItsUsersAndTakesMail() throws IOException {
    addUser("erin");
    send("erin@example.org", "before");
    awaitInbox("erin", 1);
    assertThat(server.stop()).isZero();
    assertThat(installation.beans.isRegistered(AdminNames.of("Queue"))).isFalse();

    server = installation.start();
    assertThat(operations(UsersMXBean.class).list("")).contains("erin@example.org");
    send("erin@example.org", "after");
    awaitInbox("erin", 2);
  }
}
