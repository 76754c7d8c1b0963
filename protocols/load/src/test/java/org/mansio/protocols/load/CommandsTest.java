package org.mansio.protocols.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both commands as who calls them sees them: exit codes, what they print, the files they leave, how they end. */
class CommandsTest {
  /** Of sysexits. */
  private static final int USAGE = 64;

  private static final int UNAVAILABLE = 69;
  private static final int FAILED = 1;

  @TempDir
  Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int load(String input, String... words) throws IOException, InterruptedException {
    return MansioLoad.run(
        words,
        Map.of(),
        new ByteArrayInputStream(input.getBytes(StandardCharsets.US_ASCII)),
        new PrintStream(out),
        new PrintStream(err));
  }

  private int sink(String... words) {
    return MansioSink.run(words, new PrintStream(out), new PrintStream(err), Sink::end);
  }

  private static Sink listening(String... words) throws IOException, UsageException {
    return new Sink(SinkOptions.parse(Arguments.parse(
        SinkOptions.TABLE,
        Stream.concat(Stream.of(words), Stream.of("0")).toArray(String[]::new))));
  }

  private static String port(Sink sink) {
    return Integer.toString(sink.address().getPort());
  }

  @Test
  void helpNamesEveryOption() throws Exception {
    assertThat(load("", "--help")).isZero();
    assertThat(sink("--help")).isZero();

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Usage: mansio-load", "Usage: mansio-sink")
        .contains(Stream.concat(LoadOptions.TABLE.stream(), SinkOptions.TABLE.stream())
            .map(option -> "--" + option.name())
            .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--mails 0 25", "--dance 25", "nowhere:port", ""})
  void wrongWordsOfTheGeneratorAreAUsageError(String line) throws Exception {
    assertThat(load("", line.split(" "))).isEqualTo(USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("mansio-load: ").contains("--help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--refuse dot 0", "--tls starttls 0", "--dance 0", "70000"})
  void wrongWordsOfTheSinkAreAUsageError(String line) {
    assertThat(sink(line.split(" "))).isEqualTo(USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("mansio-sink: ").contains("--help");
  }

  @Test
  void aLineThatIsNoNumberEndsTheRepetition() throws Exception {
    try (Sink sink = listening()) {
      assertThat(load("many\n", "--repeat", port(sink))).isEqualTo(USAGE);
      assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("{\"error\":");
    }
  }

  @Test
  void aPortThatIsTakenIsSaid() throws Exception {
    try (Sink other = listening()) {
      assertThat(sink("127.0.0.1:" + port(other))).isEqualTo(UNAVAILABLE);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("can't listen on", port(other));
    }
  }

  @Test
  void aCertificateThatIsNotThereIsSaid() {
    String missing = folder.resolve("missing.pem").toString();

    assertThat(sink("--tls", "implicit", "--certificate", missing, "--key", missing, "0"))
        .isEqualTo(UNAVAILABLE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("missing.pem");
  }

  @Test
  void whatBecameOfTheMailsIsPrintedAndWritten() throws Exception {
    Path report = folder.resolve("report.json");
    Path acknowledged = folder.resolve("acknowledged");
    try (Sink sink = listening("--refuse", "rcpt:550:100:@no.example")) {
      String[] words = {
        "-m",
        "20",
        "-d",
        "--to",
        "user@%.example",
        "--run",
        "r",
        "--report",
        report.toString(),
        "--acknowledged",
        acknowledged.toString(),
        port(sink)
      };
      assertThat(load("", words)).isZero();
      words[4] = "user@no.example";
      words[6] = "s";
      assertThat(load("", words)).isEqualTo(FAILED);
    }
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("run r: 20 of 20 mails acknowledged"),
            line -> assertThat(line).startsWith("run s: 0 of 20").contains("refused 20"));
    assertThat(Files.readString(report)).contains("\"run\":\"s\"", "\"rcpt:550\":20");
    assertThat(Files.readString(acknowledged).strip()).isEqualTo("r 0-19");
  }

  @Test
  void theGeneratorEndsWhenTheServerDies() throws Exception {
    Sink sink = listening();
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> {
      try {
        return load("", "-m", "10000000", "-s", "5", "-d", "--connect-attempts", "1", port(sink));
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
    Awaitility.await().until(() -> sink.arrivals().mails() > 100);
    sink.close();

    assertThat(code.join()).isEqualTo(FAILED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(" of 10000000 mails acknowledged");
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(silent.getLocalPort());

      assertThat(load("", "-m", "3", "--timeout", "1", "--connect-attempts", "1", port))
          .isEqualTo(FAILED);
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("0 of 3", "unsent 3");
    }
  }

  @Test
  void theSinkOutlivesAClientThatDiesWithinAMessage() throws Exception {
    try (Sink sink = listening("--dump", folder.resolve("dump").toString())) {
      try (Socket client =
          new Socket(sink.address().getAddress(), sink.address().getPort())) {
        client
            .getOutputStream()
            .write("EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c>\r\nDATA\r\nSubject: half"
                .getBytes(StandardCharsets.US_ASCII));
        BufferedReader replies = new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        assertThat(replies.lines().takeWhile(line -> !line.startsWith("354"))).isNotEmpty();
        // A reset, as from a process that was killed.
        client.setSoLinger(true, 0);
      }
      assertThat(load("", "-m", "5", port(sink))).isZero();
      assertThat(sink.report()).containsEntry("mails", 5L).containsEntry("unidentified", 0L);
    }
  }

  @Test
  void inLmtpAMailThatSomeRecipientGotHasArrived() throws Exception {
    try (Sink sink = listening("--lmtp", "--refuse", "dot:450:50")) {
      load("", "--lmtp", "-d", "-m", "100", "-r", "4", port(sink));

      // Four coins for each: those that all recipients got are acknowledged, those of some arrived
      // too.
      String said = out.toString(StandardCharsets.UTF_8);
      long acknowledged = Long.parseLong(said.replaceAll("(?s).*: ([0-9]+) of 100 mails.*", "$1"));
      assertThat(sink.arrivals().mails()).isGreaterThan(acknowledged);
    }
  }

  @Test
  void sigtermEndsTheSinkWithItsReport() throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            MansioSink.class.getName(),
            "127.0.0.1:0")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (BufferedReader lines = process.inputReader()) {
      String first = lines.readLine();
      assertThat(first).startsWith("mansio-sink listening on 127.0.0.1:");
      String port = first.substring(first.lastIndexOf(':') + 1);
      assertThat(load("", "-m", "7", port)).isZero();

      // Process.destroy would close the stream, too.
      process.toHandle().destroy();

      assertThat(lines.readLine()).contains("\"distinct\":7");
      assertThat(lines.readLine()).isNull();
    } finally {
      process.destroyForcibly();
    }
  }
}
