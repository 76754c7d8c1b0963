package org.mansio.dist.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** Mail programs of other projects log in by every mechanism that they and this server have: swaks and msmtp. */
@Tag("interop")
class ClientsIT {
  private static final String ALICE = "alice@example.org";
  private static final String BOB = "bob@example.org";
  private static final String WRONG = "wrong";

  // Not that of the other tests: Authen::NTLM gets the MD4 of 28 characters wrong.
  private static final String PASSWORD = "seven wolves, one moon";
  private static final int SIZE = 3000;

  /** swaks' exit code when no login went well. */
  private static final int SWAKS_NOT_LOGGED_IN = 28;

  /** Perl's Authen::NTLM speaks NTLMv1 unless told so. */
  private static final Map<String, String> NTLM_V2 =
      Map.of("PERL5OPT", "-MAuthen::NTLM;Authen::NTLM::ntlmv2(1)");

  @TempDir
  static Path folder;

  private static RunningServer server;
  private static TokenIssuer issuer;
  private static OpenSsl.Pair certificate;
  private static OpenSsl.Pair strangers;

  @BeforeAll
  static void start() throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    OpenSsl.Pair authority = openssl.authority("authority");
    certificate = openssl.user("alice", ALICE, authority);
    strangers = openssl.user("stranger", ALICE, openssl.authority("other"));
    issuer = new TokenIssuer();
    Installation installation = Installation.fresh("interop-clients");
    Files.writeString(installation.conf("keys.json"), issuer.keySet());
    server = withLegacySecrets(installation.edit(
        "server.xml",
        text -> text.replace(
                "<sasl>\n", sasl("<mechanism name=\"NTLM\"><allowV1>true</allowV1></mechanism>"))
            .replace(
                "<listener name=\"submission\" protocol=\"submission\">",
                "<listener name=\"submission\" protocol=\"submission\">"
                    + "<clientCertificates>request</clientCertificates><clientAuthorities>"
                    + authority.certificate() + "</clientAuthorities>")));
  }

  private static String sasl(String ntlm) {
    StringBuilder sasl = new StringBuilder("<sasl>").append(ntlm);
    for (String name : List.of("CRAM-MD5", "CRAM-SHA1", "DIGEST-MD5")) {
      sasl.append("<mechanism name=\"").append(name).append("\"/>");
    }
    for (String name : List.of("OAUTHBEARER", "XOAUTH2")) {
      sasl.append("<mechanism name=\"").append(name).append("\"><issuer>");
      sasl.append(TokenIssuer.ISSUER).append("</issuer><audience>").append(TokenIssuer.AUDIENCE);
      sasl.append("</audience><jwksFile>keys.json</jwksFile></mechanism>");
    }
    return sasl.toString();
  }

  /** The wrong passwords of these tests neither shut alice out nor make them slow. */
  private static RunningServer withLegacySecrets(Installation installation) {
    installation.edit(
        "server.xml",
        text -> text.replace("<failuresPerUser>10<", "<failuresPerUser>0<")
            .replace("<failuresPerAddress>30<", "<failuresPerAddress>0<")
            .replace("<delay>1s<", "<delay>1ms<")
            .replace("<maxDelay>10s<", "<maxDelay>1ms<"));
    RunningServer started = RunningServer.withUsers(installation, Map.of());
    installation.ctlWithInput(PASSWORD + "\n", "user", "passwd", ALICE, "--legacy-secrets");
    return started;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN", "CRAM-MD5", "CRAM-SHA1", "DIGEST-MD5", "NTLM"})
  void swaksLogsInUnderStartTlsAndSends(String mechanism) throws Exception {
    swaksSends(server, mechanism, "swaks-" + mechanism, Map.of());
  }

  @Test
  void swaksLogsInByNtlmV2() throws Exception {
    swaksSends(server, "NTLM", "swaks-NTLMv2", NTLM_V2);
  }

  @Test
  void ntlmV1IsRefusedUnlessAllowed() throws Exception {
    try (RunningServer strict = withLegacySecrets(Installation.fresh("interop-ntlm")
        .edit(
            "server.xml", text -> text.replace("<sasl>\n", "<sasl><mechanism name=\"NTLM\"/>")))) {
      swaksSends(strict, "NTLM", "swaks-strict", NTLM_V2);
      refused(swaks(strict, "NTLM", PASSWORD, message("v1"), Map.of()));
    }
  }

  private static void swaksSends(
      RunningServer to, String mechanism, String name, Map<String, String> environment)
      throws IOException {
    TestMessage mail = TestMessage.of(name, SIZE);
    Commands.Result sent = swaks(
        to,
        mechanism,
        PASSWORD,
        // swaks ends the last line by itself.
        Files.write(
            folder.resolve(name),
            Arrays.copyOf(mail.octets(), mail.octets().length - "\r\n".length())),
        environment);
    assertThat(sent.exitCode()).as(sent.all()).isZero();
    assertThat(sent.output()).contains("STARTTLS").containsPattern("~> AUTH [A-Z0-9-]+");
    arrives(to, mail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN", "CRAM-MD5", "CRAM-SHA1", "DIGEST-MD5", "NTLM"})
  void swaksWithAWrongPasswordIsRefused(String mechanism) throws Exception {
    refused(swaks(server, mechanism, WRONG, message("wrong"), Map.of()));
  }

  @Test
  void swaksWithAWrongPasswordIsRefusedByNtlmV2() throws Exception {
    refused(swaks(server, "NTLM", WRONG, message("wrong"), NTLM_V2));
  }

  private static void refused(Commands.Result result) {
    assertThat(result.exitCode()).as(result.all()).isEqualTo(SWAKS_NOT_LOGGED_IN);
    assertThat(result.output()).contains("<~* 535 5.7.8 ");
  }

  private static Path message(String name) throws IOException {
    return Files.write(folder.resolve(name), TestMessage.of(name, SIZE).octets());
  }

  private static Commands.Result swaks(
      RunningServer to,
      String mechanism,
      String password,
      Path message,
      Map<String, String> environment) {
    return Commands.run(
        folder,
        environment,
        "",
        List.of(
            "swaks",
            "--server",
            "127.0.0.1:" + to.submission(),
            "--tls",
            "--auth",
            mechanism,
            "--auth-user",
            ALICE,
            "--auth-password",
            password,
            "--from",
            ALICE,
            "--to",
            BOB,
            "--data",
            "@" + message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "login", "cram-md5", "digest-md5", "scram-sha-1", "scram-sha-256", "ntlm"
      })
  void msmtpLogsInAndSends(String mechanism) throws Exception {
    msmtpSends("msmtp-" + mechanism, login(mechanism, PASSWORD));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oauthbearer", "xoauth2"})
  void msmtpLogsInByAToken(String mechanism) throws Exception {
    msmtpSends("msmtp-" + mechanism, token(mechanism, issuer));
  }

  @Test
  void msmtpLogsInByItsCertificate() throws Exception {
    msmtpSends("msmtp-external", external(certificate));
  }

  private static void msmtpSends(String name, String login) throws IOException {
    TestMessage mail = TestMessage.of(name, SIZE);
    Commands.Result sent = msmtp(login, mail);
    assertThat(sent.exitCode()).as(sent.all()).isZero();
    arrives(server, mail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "login", "cram-md5", "digest-md5", "scram-sha-1", "scram-sha-256", "ntlm"
      })
  void msmtpWithAWrongPasswordIsRefused(String mechanism) throws Exception {
    msmtpIsRefused(login(mechanism, WRONG));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oauthbearer", "xoauth2"})
  void msmtpWithATokenOfAnotherIssuerIsRefused(String mechanism) throws Exception {
    msmtpIsRefused(token(mechanism, new TokenIssuer()));
  }

  private static void msmtpIsRefused(String login) throws IOException {
    Commands.Result result = msmtp(login, TestMessage.of("refused", SIZE));
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.errors()).contains("535 5.7.8 ");
  }

  @Test
  void externalIsNotOfferedToACertificateOfAnUnknownAuthority() throws Exception {
    Commands.Result result = msmtp(external(strangers), TestMessage.of("stranger", SIZE));
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.errors()).containsIgnoringCase("EXTERNAL");
  }

  private static String login(String mechanism, String password) {
    return "auth " + mechanism + "\nuser " + ALICE + "\npassword \"" + password + "\"\n";
  }

  /** By a command, as a line of the configuration has room for 500 characters only. */
  private static String token(String mechanism, TokenIssuer by) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), by.token(ALICE));
    return "auth " + mechanism + "\nuser " + ALICE + "\npasswordeval cat " + token + "\n";
  }

  private static String external(OpenSsl.Pair pair) {
    return "auth external\nuser " + ALICE + "\ntls_cert_file " + pair.certificate()
        + "\ntls_key_file " + pair.key() + "\n";
  }

  private static Commands.Result msmtp(String login, TestMessage mail) throws IOException {
    Path configuration = folder.resolve("msmtprc");
    Files.writeString(
        configuration,
        "account default\nhost 127.0.0.1\nport " + server.submission() + "\nfrom " + ALICE
            + "\ntls on\ntls_starttls on\ntls_host_override mx.example.org\ntls_trust_file "
            + server.installation().data().resolve("tls/self-signed.crt") + "\n" + login);
    // It takes no passwords from files that others may read.
    Files.setPosixFilePermissions(configuration, PosixFilePermissions.fromString("rw-------"));
    String text = new String(mail.octets(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    return Commands.run(
        folder, Map.of(), text, List.of("msmtp", "--file", configuration.toString(), BOB));
  }

  private static void arrives(RunningServer at, TestMessage mail) {
    Mailbox bob = Mailbox.of(at.installation().data(), "bob", "example.org");
    Arrived.unchanged(
        List.of(mail),
        () -> bob.messages().stream()
            .filter(message -> TestMessage.idOf(message).equals(mail.id()))
            .toList());
  }
}
