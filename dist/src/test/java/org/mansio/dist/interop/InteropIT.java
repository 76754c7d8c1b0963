package org.mansio.dist.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.Sending;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;
import org.mansio.server.dns.DnsTestServer;

/** Clients and servers of other projects: swaks, Python's smtplib, Dovecot, Postfix's smtp-sink. */
@Tag("interop")
class InteropIT {
  private static final String SENDER = "someone@example.com";
  private static final String BOB = "bob@example.org";
  private static final String REMOTE = "someone@remote.example";

  @TempDir
  Path folder;

  @Test
  void pythonAndSwaksSendMailOfAllSizesThatArrivesUnchanged() throws Exception {
    try (RunningServer server =
        RunningServer.withUsers(Installation.fresh("interop-local"), Map.of())) {
      List<TestMessage> mails = new ArrayList<>(Sending.mixed("smtplib", 160));
      List<TestMessage> bySwaks = Sending.mixed("swaks", 40);
      python(server.smtp(), BOB, mails);
      swaks(server.smtp(), BOB, bySwaks);
      mails.addAll(bySwaks);

      Arrived.unchanged(
          mails, Mailbox.of(server.installation().data(), "bob", "example.org")::messages);
    }
  }

  @Test
  void dovecotTakesLocalMailOverLmtp() throws Exception {
    try (OtherServer dovecot = OtherServer.dovecot()) {
      localMailGoesTo(dovecot, "interop-dovecot");
    }
  }

  @Test
  void smtpSinkTakesLocalMailOverLmtp() throws Exception {
    try (OtherServer sink = OtherServer.lmtpSink()) {
      localMailGoesTo(sink, "interop-lmtp-sink");
    }
  }

  private void localMailGoesTo(OtherServer store, String name) throws Exception {
    try (RunningServer server = RunningServer.withUsers(
        Installation.fresh(name), Map.of("MANSIO_LMTP_TARGET", store.address()))) {
      List<TestMessage> mails = Sending.mixed(name, 200);
      python(server.smtp(), BOB, mails);
      Arrived.unchanged(mails, store::messages);
    }
  }

  @Test
  void smtpSinkTakesRemoteMailAsSmartHost() throws Exception {
    try (OtherServer sink = OtherServer.smtpSink()) {
      remoteMailGoesTo(sink, "interop-smart-host", Map.of("MANSIO_SMARTHOST", sink.address()));
    }
  }

  @Test
  void smtpSinkTakesRemoteMailAsTheHostOfTheMx() throws Exception {
    try (OtherServer sink = OtherServer.smtpSink("127.66.25.2", 25);
        DnsTestServer dns = DnsTestServer.start()
            .mx("remote.example", 10, "mx.remote.example")
            .host("mx.remote.example", InetAddress.getByName("127.66.25.2").getHostAddress())) {
      remoteMailGoesTo(sink, "interop-mx", Map.of("MANSIO_DNS_SERVERS", dns.address()));
    }
  }

  private void remoteMailGoesTo(OtherServer next, String name, Map<String, String> way)
      throws Exception {
    Map<String, String> environment = new HashMap<>(way);
    environment.put("MANSIO_RELAY_NETWORKS", "127.0.0.0/8");
    try (RunningServer server = RunningServer.start(Installation.fresh(name), environment)) {
      List<TestMessage> mails = Sending.mixed(name, 200);
      python(server.smtp(), REMOTE, mails);
      Arrived.unchanged(mails, next::messages);
    }
  }

  private void python(int port, String recipient, List<TestMessage> mails) throws IOException {
    Path messages = Files.createDirectory(folder.resolve("smtplib"));
    write(mails, messages, 0);
    Commands.Result sent = Commands.run(
        folder,
        Map.of(),
        "",
        List.of(
            "python3",
            Installation.source().resolve("src/it/interop/send.py").toString(),
            Integer.toString(port),
            "20",
            SENDER,
            recipient,
            messages.toString()));
    assertThat(sent.exitCode()).as(sent.all()).isZero();
  }

  private void swaks(int port, String recipient, List<TestMessage> mails) throws Exception {
    Path messages = Files.createDirectory(folder.resolve("swaks"));
    List<Future<Commands.Result>> results = new ArrayList<>();
    try (var sessions = Executors.newFixedThreadPool(20)) {
      // swaks ends the last line by itself.
      for (Path message : write(mails, messages, "\r\n".length())) {
        results.add(sessions.submit(() -> Commands.run(
            folder,
            Map.of(),
            "",
            List.of(
                "swaks",
                "--silent",
                "2",
                "--server",
                "127.0.0.1:" + port,
                "--from",
                SENDER,
                "--to",
                recipient,
                "--data",
                "@" + message))));
      }
    }
    for (Future<Commands.Result> result : results) {
      assertThat(result.get().exitCode()).as(result.get().all()).isZero();
    }
  }

  /** A file for each message, shortened by so many octets. */
  private static List<Path> write(List<TestMessage> mails, Path messages, int shortened)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (TestMessage mail : mails) {
      byte[] octets = Arrays.copyOf(mail.octets(), mail.octets().length - shortened);
      files.add(Files.write(messages.resolve(mail.id()), octets));
    }
    return files;
  }
}
