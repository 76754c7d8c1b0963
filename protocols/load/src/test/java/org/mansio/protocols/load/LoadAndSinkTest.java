package org.mansio.protocols.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.atIndex;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generator and the sink, talking to each other. */
class LoadAndSinkTest {
  @TempDir
  Path folder;

  private Sink sink(String options) throws IOException, UsageException {
    String line = options.isEmpty() ? "0" : options + " 0";
    return new Sink(SinkOptions.parse(Arguments.parse(SinkOptions.TABLE, line.split(" "))));
  }

  private Map<String, Object> load(Sink sink, String options)
      throws IOException, UsageException, InterruptedException {
    String line = options + " --run test " + sink.address().getPort();
    LoadOptions parsed = LoadOptions.parse(
        Arguments.parse(LoadOptions.TABLE, line.strip().split(" ")),
        Map.of("MANSIO_LOAD_PASSWORD", "secret"));
    try (Loops loops = new Loops("load", parsed.volume().threads())) {
      return new Load(parsed, loops, "test", parsed.volume().mails()).run();
    }
  }

  private static void assertAllArrived(Sink sink, int mails) throws IOException {
    assertThat(sink.report())
        .containsEntry("mails", (long) mails)
        .containsEntry("distinct", (long) mails)
        .containsEntry("unidentified", 0L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-d",
        "-d --no-pipelining",
        "-d --threads 2 --source-addresses 5",
        "-d -l 100000",
        "--mails-per-connection 7",
        "-d -r 3",
        "-d --rate 2000",
        "-d --pause 0-2"
      })
  void everyMailArrivesOnce(String options) throws Exception {
    try (Sink sink = sink("")) {
      Map<String, Object> report = load(sink, "-m 200 -s 10 " + options);

      assertThat(report).containsEntry("acknowledged", 200L).containsEntry("unsent", 0L);
      assertAllArrived(sink, 200);
    }
  }

  @Test
  void theLatencyOfAMailHoldsThatOfItsVerdict() throws Exception {
    try (Sink sink = sink("--delay mail:40 --delay dot:10")) {
      Map<String, Object> report = load(sink, "-m 15");

      // Each is known to within an eighth.
      assertThat(median(report, "verdictLatency")).isBetween(9.0, median(report, "latency") * 0.9);
      assertThat(median(report, "latency")).isGreaterThanOrEqualTo(44);
    }
  }

  private static double median(Map<String, Object> report, String latency) {
    return (Double) ((Map<?, ?>) report.get(latency)).get("p50Millis");
  }

  @Test
  void withoutReuseEachMailHasAConnection() throws Exception {
    try (Sink sink = sink("")) {
      Map<String, Object> report = load(sink, "-m 50 -s 5");

      assertThat(report).containsEntry("acknowledged", 50L).containsEntry("lost", 0L);
      assertThat((Long) report.get("connections")).isGreaterThanOrEqualTo(50);
      assertAllArrived(sink, 50);
    }
  }

  @Test
  void lmtpHasAReplyForEachRecipient() throws Exception {
    try (Sink sink = sink("--lmtp")) {
      Map<String, Object> report = load(sink, "--lmtp -m 200 -s 10 -d -r 3");

      assertThat(report).containsEntry("acknowledged", 200L);
      assertAllArrived(sink, 200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"starttls", "implicit"})
  void mailsGoUnderTls(String mode) throws Exception {
    TestCertificate files = TestCertificate.in(folder);
    try (Sink sink =
        sink("--tls " + mode + " --certificate " + files.certificate() + " --key " + files.key())) {
      Map<String, Object> report = load(sink, "-m 200 -s 10 -d -l 4000 --tls " + mode);

      assertThat(report).containsEntry("acknowledged", 200L);
      assertAllArrived(sink, 200);
    }
  }

  @Test
  void aSinkWithoutTlsGetsNothingFromWhoWantsIt() throws Exception {
    try (Sink sink = sink("")) {
      Map<String, Object> report = load(sink, "-m 10 -s 2 --tls starttls --connect-attempts 2");

      assertThat(report).containsEntry("acknowledged", 0L).containsEntry("unsent", 10L);
      assertThat(sink.arrivals().mails()).isZero();
    }
  }

  @Test
  void usersLogIn() throws Exception {
    try (Sink sink = sink("--auth")) {
      assertThat(load(sink, "-m 20 -s 2 -d --user tim")).containsEntry("acknowledged", 20L);
    }
    try (Sink sink = sink("")) {
      assertThat(load(sink, "-m 20 -s 2 -d --user tim --connect-attempts 1"))
          .containsEntry("acknowledged", 0L)
          .extractingByKey("refusals")
          .asString()
          .contains("auth:500");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mail", "rcpt", "data", "dot"})
  void refusalsAreCountedOnBothSides(String stage) throws Exception {
    for (String pipelining : List.of("", " --no-pipelining")) {
      try (Sink sink = sink("--refuse " + stage + ":451:50")) {
        Map<String, Object> report = load(sink, "-m 200 -s 10 -d" + pipelining);

        long taken = (Long) report.get("acknowledged");
        assertThat(taken).isBetween(1L, 199L);
        assertThat((Long) report.get("refused")).isEqualTo(200 - taken);
        assertThat(report.get("refusals")).asString().contains(stage + ":451=" + (200 - taken));
        assertThat(sink.report().get("refusals")).asString().contains(stage + ":451=");
        assertAllArrived(sink, (int) taken);
      }
    }
  }

  @Test
  void onlyRecipientsWithTheSuffixAreRefused() throws Exception {
    try (Sink sink = sink("--refuse rcpt:550:100:@d1.example")) {
      Map<String, Object> report = load(sink, "-m 100 -s 5 -d --to user@d%.example --numbers 4");

      assertThat(report).containsEntry("acknowledged", 75L).containsEntry("refused", 25L);
    }
  }

  @Test
  void aRefusedConnectionIsTriedAgainAndThenGivenUp() throws Exception {
    try (Sink sink = sink("--refuse connect:554")) {
      Map<String, Object> report = load(sink, "-m 10 -s 2 --connect-attempts 3");

      assertThat(report).containsEntry("unsent", 10L).containsEntry("failedConnections", 6L);
    }
  }

  @Test
  void aServerThatIsNotThereEndsTheRun() throws Exception {
    Sink gone = sink("");
    gone.close();

    assertThat(load(gone, "-m 10 -s 2 --connect-attempts 2"))
        .containsEntry("unsent", 10L)
        .containsEntry("connections", 0L);
  }

  @Test
  void lostConnectionsAreTakenUpAnewAndTheirMailsCounted() throws Exception {
    try (Sink sink = sink("--drop data:30 --drop dot:30")) {
      Map<String, Object> report = load(sink, "-m 200 -s 10 -d");

      long taken = (Long) report.get("acknowledged");
      assertThat((Long) report.get("lost")).isPositive();
      assertThat((Long) report.get("uncertain")).isPositive();
      assertThat(taken + (Long) report.get("lost") + (Long) report.get("uncertain"))
          .isEqualTo(200);
      assertAllArrived(sink, (int) taken);
    }
  }

  @Test
  void abortedMessagesDoNotArrive() throws Exception {
    try (Sink sink = sink("")) {
      Map<String, Object> report = load(sink, "-m 200 -s 10 -d --abort 30");

      long aborted = (Long) report.get("aborted");
      assertThat(aborted).isBetween(1L, 199L);
      assertThat(report).containsEntry("acknowledged", 200 - aborted);
      assertAllArrived(sink, (int) (200 - aborted));
    }
  }

  @Test
  void slowOctetsAndLateAnswersMakeAMailLateOnly() throws Exception {
    try (Sink sink = sink("--delay connect:1 --delay rcpt:2 --delay dot:3")) {
      assertThat(load(sink, "-m 10 -s 5 -d -l 600 --octet-rate 100000"))
          .containsEntry("acknowledged", 10L);
      assertAllArrived(sink, 10);
    }
  }

  @Test
  void whatWasLostOrCameTwiceIsReported() throws Exception {
    Path acknowledged = folder.resolve("acknowledged");
    try (Sink sink = sink("--acknowledged " + acknowledged)) {
      load(sink, "-m 20 -d");
      load(sink, "-m 5 -d");
      AcknowledgedFile.add(acknowledged, "test", List.of(new Numbers.Range(0, 17)));
      AcknowledgedFile.add(acknowledged, "other", List.of(new Numbers.Range(3, 4)));

      assertThat(sink.report().get("check"))
          .asString()
          .contains("acknowledged=20", "lost=2", "duplicated=5", "unacknowledged=2")
          .contains("[other 3-4]", "[test 0-4]", "[test 18-19]");
    }
  }

  @Test
  void keptMailsAreThoseThatWereSent() throws Exception {
    Path dump = folder.resolve("dump");
    try (Sink sink = sink("--dump " + dump)) {
      load(sink, "-m 3 -d -l 1000");
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(dump)) {
      all.forEach(files::add);
    }
    assertThat(files).hasSize(3).allSatisfy(file -> {
      String text = Files.readString(file);
      assertThat(text).startsWith("X-Mansio-Load: test-").endsWith("\r\n");
      assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n");
      assertThat(text.length()).isBetween(998, 1000);
    });
  }

  @Test
  void theCommandRunsOnceForEachLineAndPrintsJson() throws Exception {
    try (Sink sink = sink("")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      InputStream lines = new ByteArrayInputStream("\n7\n".getBytes(StandardCharsets.US_ASCII));

      int code = MansioLoad.run(
          new String[] {"-m", "3", "-d", "--repeat", "" + sink.address().getPort()},
          Map.of(),
          lines,
          new PrintStream(out),
          System.err);

      assertThat(code).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8).lines())
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).startsWith("{\"run\":\"").endsWith("}"))
          .satisfies(line -> assertThat(line).contains("\"acknowledged\":7"), atIndex(1));
      assertAllArrived(sink, 10);
    }
  }

  @Test
  void theSinkEndsAfterTheMailsItWasToldToTake() throws Exception {
    try (Sink sink = sink("--mails 5")) {
      load(sink, "-m 5 -d");

      Awaitility.await().until(() -> sink.awaitEnd(1));
    }
  }
}
