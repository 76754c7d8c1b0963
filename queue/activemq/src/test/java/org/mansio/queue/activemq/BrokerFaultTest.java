package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryTrace;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker that goes away and comes back, and one that lets nobody in. */
@Timeout(300)
class BrokerFaultTest {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerFaultTest.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int SENDERS = 8;

  @TempDir
  Path directory;

  @Test
  void whatWasAcceptedIsDeliveredThoughTheBrokerIsKilledUnderLoad() throws Exception {
    int rounds = Integer.getInteger("mansio.kill.rounds", 2);
    MemoryTrace trace = new MemoryTrace();
    try (BrokerProcess broker = BrokerProcess.start(directory)) {
      MailQueue queue = queue(broker.url(), trace);
      queue.open();
      try (OutputStream accepted =
          new FileOutputStream(directory.resolve(CrashLoad.ACCEPTED).toFile(), true)) {
        ScriptedTransport transport = CrashLoad.prompt(
                new ScriptedTransport("test"), delivery -> CrashLoad.done(directory, delivery))
            .answer(
                CrashLoad.LATER,
                delivery -> ThreadLocalRandom.current().nextBoolean()
                    ? ScriptedTransport.deferred(delivery)
                    : CrashLoad.done(directory, delivery))
            .answer(CrashLoad.NEVER, ScriptedTransport::refused);
        CrashLoad.start(queue, directory, transport);
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
          senders.add(Thread.ofPlatform().start(() -> CrashLoad.send(queue, accepted)));
        }
        for (int round = 0; round < rounds; round++) {
          int until = lines(CrashLoad.ACCEPTED).size() + 300;
          await().atMost(PATIENCE).until(() -> lines(CrashLoad.ACCEPTED).size() >= until);
          broker.kill();
          await()
              .atMost(PATIENCE)
              .until(() -> queue.refusal().equals(Optional.of(QueueException.Reason.UNAVAILABLE)));
          broker.start();
          await().atMost(PATIENCE).until(() -> queue.refusal().isEmpty());
        }
        int until = lines(CrashLoad.ACCEPTED).size() + 100;
        await().atMost(PATIENCE).until(() -> lines(CrashLoad.ACCEPTED).size() >= until);
        senders.forEach(Thread::interrupt);
        for (Thread sender : senders) {
          sender.join();
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
          queue.control().retry(QueueFilter.all());
          assertThat(lost()).isEmpty();
        });
        List<String> done = lines(CrashLoad.DONE);
        LOG.info(
            "{} restarts: {} accepted, none lost, {} done more than once, {} marked as perhaps repeated",
            rounds,
            lines(CrashLoad.ACCEPTED).size(),
            done.size() - new HashSet<>(done).size(),
            trace.events().stream()
                .filter(event -> event.kind() == TraceEvent.Kind.REPEATED)
                .count());
        assertThat(done).as("what this server did, it does once").doesNotHaveDuplicates();
      } finally {
        queue.close(GRACE);
      }
    }
  }

  @Test
  void aBrokerThatIsAwayAtTheStartIsWaitedFor() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(directory)) {
      broker.kill();
      MailQueue queue = queue(broker.url(), TraceLog.none());
      queue.open();
      try {
        ScriptedTransport transport = CrashLoad.prompt(
            new ScriptedTransport("test"), delivery -> CrashLoad.done(directory, delivery));
        CrashLoad.start(queue, directory, transport);
        assertThat(queue.refusal()).contains(QueueException.Reason.UNAVAILABLE);
        QueueException refused =
            catchThrowableOfType(QueueException.class, () -> queue.enqueue(mail("first")));
        assertThat(refused.reason()).isEqualTo(QueueException.Reason.UNAVAILABLE);

        broker.start();

        await().atMost(PATIENCE).until(() -> queue.refusal().isEmpty());
        queue.enqueue(mail("second"));
        await().atMost(PATIENCE).until(() -> lines(CrashLoad.DONE).equals(List.of("second")));
      } finally {
        queue.close(GRACE);
      }
    }
  }

  @Test
  void aBrokerThatRefusesThePasswordEndsTheStart() throws Exception {
    try (BrokerProcess broker = new BrokerProcess(
        directory, URI.create("tcp://127.0.0.1:0"), List.of(), List.of("mansio", "right"))) {
      broker.start();
      MailQueue queue = CrashLoad.queue(
          directory,
          "1s",
          Map.of(
              "brokerUrl", "failover:(" + broker.url() + ")",
              "brokerUser", "mansio",
              "brokerPassword", "wr0ng-secret"),
          TraceLog.none());

      QueueException refused = catchThrowableOfType(QueueException.class, queue::open);

      assertThat(refused).hasMessageContaining("the user name or password is wrong");
      assertThat(refused.toString()).doesNotContain("wr0ng-secret");
    }
  }

  @Test
  void aBrokerWithTlsAndAPasswordInAFileServes() throws Exception {
    Path store = directory.resolve("broker.p12");
    TestCertificate.make(store, "changeit");
    TestCertificate.export(store, "changeit", directory.resolve("trusted.pem"));
    Files.writeString(directory.resolve("password"), "right\n");
    try (BrokerProcess broker = new BrokerProcess(
        directory,
        URI.create("ssl://127.0.0.1:0"),
        List.of("-Djavax.net.ssl.keyStore=" + store, "-Djavax.net.ssl.keyStorePassword=changeit"),
        List.of("mansio", "right"))) {
      broker.start();
      MailQueue trusting = CrashLoad.queue(
          directory,
          "1s",
          Map.of(
              "brokerUrl", "failover:(" + broker.url() + ")",
              "brokerUser", "mansio",
              "brokerPasswordFile", "password",
              "brokerTrust", "trusted.pem"),
          TraceLog.none());
      trusting.open();
      try {
        assertThat(trusting.refusal()).isEmpty();
        trusting.enqueue(mail("first"));
      } finally {
        trusting.close(GRACE);
      }

      MailQueue distrusting = CrashLoad.queue(
          directory,
          "1s",
          Map.of(
              "brokerUrl", "failover:(" + broker.url() + ")",
              "brokerUser", "mansio",
              "brokerPasswordFile", "password"),
          TraceLog.none());
      distrusting.open();
      try {
        assertThat(distrusting.refusal()).contains(QueueException.Reason.UNAVAILABLE);
      } finally {
        distrusting.close(GRACE);
      }
    }
  }

  @Test
  void aBrokerThatAsksForCertificatesServesWhoHasOne() throws Exception {
    Path ofBroker = directory.resolve("broker.p12");
    Path ofServer = directory.resolve("server.p12");
    TestCertificate.make(ofBroker, "changeit");
    TestCertificate.make(ofServer, "server-secret");
    TestCertificate.export(ofBroker, "changeit", directory.resolve("broker.pem"));
    TestCertificate.export(ofServer, "server-secret", directory.resolve("server.pem"));
    TestCertificate.trust(directory.resolve("server.pem"), directory.resolve("trusted.p12"));
    try (BrokerProcess broker = new BrokerProcess(
        directory,
        URI.create("ssl://127.0.0.1:0?needClientAuth=true"),
        List.of(
            "-Djavax.net.ssl.keyStore=" + ofBroker,
            "-Djavax.net.ssl.keyStorePassword=changeit",
            "-Djavax.net.ssl.trustStore=" + directory.resolve("trusted.p12"),
            "-Djavax.net.ssl.trustStorePassword=" + TestCertificate.TRUST_PASSWORD),
        List.of())) {
      broker.start();
      Map<String, String> withCertificate = Map.of(
          "brokerUrl", "failover:(" + broker.url() + ")",
          "brokerTrust", "broker.pem",
          "brokerKey", "server.p12",
          "brokerKeyPassword", "server-secret");
      Map<String, String> without =
          Map.of("brokerUrl", "failover:(" + broker.url() + ")", "brokerTrust", "broker.pem");

      MailQueue known = CrashLoad.queue(directory, "1s", withCertificate, TraceLog.none());
      known.open();
      try {
        ScriptedTransport transport = CrashLoad.prompt(
            new ScriptedTransport("test"), delivery -> CrashLoad.done(directory, delivery));
        CrashLoad.start(known, directory, transport);
        assertThat(known.refusal()).isEmpty();
        known.enqueue(mail("first"));
        await().atMost(PATIENCE).until(() -> lines(CrashLoad.DONE).equals(List.of("first")));
      } finally {
        known.close(GRACE);
      }

      MailQueue unknown = CrashLoad.queue(directory, "1s", without, TraceLog.none());
      unknown.open();
      try {
        assertThat(unknown.refusal()).contains(QueueException.Reason.UNAVAILABLE);
      } finally {
        unknown.close(GRACE);
      }
    }
  }

  private static SpooledMail mail(String localPart) {
    MailId id = MailId.next();
    return SpooledMail.arriving(
        id,
        Envelope.of("", localPart + "@" + CrashLoad.NOW),
        Content.of(id.value().getBytes(StandardCharsets.US_ASCII)),
        Origin.local());
  }

  private MailQueue queue(String url, TraceLog trace) throws Exception {
    return CrashLoad.queue(directory, "1s", Map.of("brokerUrl", "failover:(" + url + ")"), trace);
  }

  private Set<String> lost() throws IOException {
    Set<String> lost = new HashSet<>(lines(CrashLoad.ACCEPTED));
    lines(CrashLoad.DONE).forEach(lost::remove);
    return lost;
  }

  private List<String> lines(String file) throws IOException {
    Path path = directory.resolve(file);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }
}
