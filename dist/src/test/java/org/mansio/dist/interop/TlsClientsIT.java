package org.mansio.dist.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** TLS as others see it: openssl s_client and testssl.sh. */
@Tag("interop")
class TlsClientsIT {
  private static final Duration RELOAD_LIMIT = Duration.ofMinutes(1);
  private static final Pattern FINDING =
      Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"[^}]*?\"severity\"\\s*:\\s*\"([A-Z]+)\"");

  @TempDir
  static Path folder;

  private static OpenSsl openssl;
  private static OpenSsl.Pair second;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    openssl = new OpenSsl(folder);
    OpenSsl.Pair first = openssl.server("first", "mx.example.org");
    second = openssl.server("second", "mail.example.net");
    server = RunningServer.start(
        Installation.fresh("interop-tls").edit("server.xml", text -> text.replaceFirst(
            "<certificate></certificate>\\s*<key></key>", files(first) + files(second))),
        Map.of());
  }

  private static String files(OpenSsl.Pair pair) {
    return "<certificate>" + pair.certificate() + "</certificate><key>" + pair.key() + "</key>";
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"-tls1_2, TLSv1.2", "-tls1_3, TLSv1.3"})
  void currentVersionsWork(String option, String version) {
    for (Commands.Result result : bothWays(option)) {
      assertThat(result.exitCode()).as(result.all()).isZero();
      assertThat(result.all()).contains("Protocol version: " + version);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1", "-tls1_1"})
  void oldVersionsAreRefused(String option) {
    // Without the lowest security level, openssl itself would refuse to ask.
    for (Commands.Result result : bothWays(option, "-cipher", "DEFAULT@SECLEVEL=0")) {
      assertThat(result.exitCode()).isNotZero();
      assertThat(result.all()).contains("alert protocol version").doesNotContain("Protocol version:");
    }
  }

  private static List<Commands.Result> bothWays(String... options) {
    String[] starttls = Stream.concat(Stream.of("-starttls", "smtp"), Stream.of(options))
        .toArray(String[]::new);
    return List.of(
        openssl.connect(server.submissions(), options),
        openssl.connect(server.submission(), starttls),
        openssl.connect(server.smtp(), starttls));
  }

  @Test
  void theNameThatAClientAsksForPicksTheCertificate() {
    assertThat(subject("-servername", "mx.example.org")).isEqualTo("mx.example.org");
    assertThat(subject("-servername", "mail.example.net")).isEqualTo("mail.example.net");
    assertThat(subject("-servername", "unknown.example")).isEqualTo("mx.example.org");
    assertThat(subject("-noservername")).isEqualTo("mx.example.org");
  }

  private static String subject(String... options) {
    Commands.Result result = openssl.connect(server.submissions(), options);
    return Pattern.compile("Peer certificate: CN ?= ?(\\S+)")
        .matcher(result.all())
        .results()
        .findFirst()
        .map(found -> found.group(1))
        .orElseThrow(() -> new AssertionError(result.all()));
  }

  @Test
  void aRenewedCertificateIsSeenWithoutARestart() throws Exception {
    OpenSsl.Pair renewed = openssl.server("renewed", "mail.example.net");
    assertThat(connectTrusting(renewed).exitCode()).isNotZero();

    renewed.replace(second);

    Awaitility.await()
        .atMost(RELOAD_LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(connectTrusting(renewed).exitCode()).isZero());
  }

  private static Commands.Result connectTrusting(OpenSsl.Pair pair) {
    return openssl.connect(
        server.submissions(),
        "-servername",
        "mail.example.net",
        "-CAfile",
        pair.certificate().toString(),
        "-verify_return_error");
  }

  @Test
  void testsslFindsNoWeakProtocolOrCipher() throws Exception {
    Path report = folder.resolve("testssl.json");
    Commands.Result run = Commands.run(
        folder,
        Map.of(),
        "",
        List.of(
            "testssl",
            "--warnings",
            "off",
            "--color",
            "0",
            "--jsonfile",
            report.toString(),
            "--protocols",
            "--std",
            "--fs",
            "--server-preference",
            "127.0.0.1:" + server.submissions()));

    List<MatchResult> findings =
        FINDING.matcher(Files.readString(report)).results().toList();
    assertThat(findings).as(run.all()).extracting(found -> found.group(1)).contains("TLS1_3");
    assertThat(findings)
        .as(run.all())
        .filteredOn(
            found -> !List.of("OK", "INFO").contains(found.group(2)))
        .isEmpty();
  }
}
