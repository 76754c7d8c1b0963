package org.mansio.dist.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** swaks as a proxy that says for whom it speaks: by XCLIENT, and by both versions of the PROXY protocol. */
@Tag("interop")
class ProxiesIT {
  private static final String ALICE = "alice@example.org";
  private static final String CLIENT = "192.0.2.7";
  private static final int SIZE = 3000;

  @TempDir
  static Path folder;

  private static RunningServer server;

  @BeforeAll
  static void start() {
    // The first listener trusts XCLIENT, the other two take connections with the PROXY protocol only.
    Installation installation = Installation.fresh("interop-proxies")
        .edit("server.xml", text -> text.replaceFirst(
            "<proxyNetworks>[^<]*</proxyNetworks>",
            "<xclientNetworks>127.0.0.0/8</xclientNetworks>"));
    server = RunningServer.withUsers(installation, Map.of("MANSIO_PROXY_NETWORKS", "127.0.0.0/8"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--silent", "--tls"})
  void theClientOfXclientStandsInTraceAndHeaders(String option) throws Exception {
    List<String> xclient = List.of(
        option,
        "--xclient-addr",
        CLIENT,
        "--xclient-name",
        "client.example.net",
        "--xclient-helo",
        "hello.example.net");
    String received = sentThrough("xclient" + option, server.smtp(), xclient);

    assertThat(received).contains("hello.example.net").contains("client.example.net");
  }

  @ParameterizedTest
  @CsvSource({"1, TCP4", "2, AF_INET"})
  void theClientOfTheProxyProtocolStandsInTraceAndHeaders(String version, String family)
      throws Exception {
    List<String> starttls = proxy(version, family);
    starttls.add("--tls");
    sentThrough("starttls-" + version, server.submission(), starttls);

    List<String> implicit = proxy(version, family);
    implicit.add("--tls-on-connect");
    sentThrough("implicit-" + version, server.submissions(), implicit);
  }

  private static List<String> proxy(String version, String family) {
    return new ArrayList<>(List.of(
        "--proxy-version",
        version,
        "--proxy-family",
        family,
        "--proxy-source",
        CLIENT,
        "--proxy-source-port",
        "40000",
        "--proxy-dest",
        "192.0.2.1",
        "--proxy-dest-port",
        "587",
        "--auth",
        "PLAIN",
        "--auth-user",
        ALICE,
        "--auth-password",
        RunningServer.PASSWORD));
  }

  /** Sends a mail to bob that must arrive, with the client in its trace. @return its Received fields */
  private static String sentThrough(String name, int port, List<String> options)
      throws IOException {
    TestMessage mail = TestMessage.of(name, SIZE);
    // swaks ends the last line by itself.
    Path file = Files.write(
        folder.resolve(name),
        Arrays.copyOf(mail.octets(), mail.octets().length - "\r\n".length()));
    List<String> command = new ArrayList<>(List.of(
        "swaks",
        "--server",
        "127.0.0.1:" + port,
        "--from",
        ALICE,
        "--to",
        "bob@example.org",
        "--data",
        "@" + file));
    command.addAll(options);
    Commands.Result sent = Commands.run(folder, Map.of(), "", command);
    assertThat(sent.exitCode()).as(sent.all()).isZero();

    Arrived.unchanged(List.of(mail), () -> bobs(mail));
    assertThat(server.installation().ctlWithInput("", "trace", mail.id()))
        .contains(CLIENT)
        .doesNotContain("127.0.0.1");
    String received = bobs(mail).stream()
        .map(message -> new String(message, StandardCharsets.UTF_8))
        .map(text -> text.substring(0, text.indexOf("From: ")))
        .collect(Collectors.joining());
    assertThat(received).contains("[" + CLIENT + "]");
    return received;
  }

  private static List<byte[]> bobs(TestMessage mail) {
    return Mailbox.of(server.installation().data(), "bob", "example.org").messages().stream()
        .filter(message -> TestMessage.idOf(message).equals(mail.id()))
        .toList();
  }
}
