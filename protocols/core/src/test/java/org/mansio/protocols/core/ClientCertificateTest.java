package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.core.TestCertificates.Issued;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

class ClientCertificateTest {
  private static final Issued AUTHORITY = TestCertificates.authority("ours");
  private static final Issued FOREIGN = TestCertificates.authority("theirs");
  private static final Map<String, Optional<Issued>> CERTIFICATES = Map.of(
      "none", Optional.empty(),
      "good", Optional.of(TestCertificates.signedBy(AUTHORITY, "client.example")),
      "foreign", Optional.of(TestCertificates.signedBy(FOREIGN, "client.example")),
      "self-signed", Optional.of(TestCertificates.authority("client.example")),
      "expired", Optional.of(TestCertificates.expiredBy(AUTHORITY, "client.example")));

  @TempDir
  private Path folder;

  private Path file;

  @BeforeEach
  void writeAuthorities() throws IOException {
    file = folder.resolve("authorities.pem");
    write(AUTHORITY);
  }

  private void write(Issued authority) throws IOException {
    try {
      Files.writeString(
          file,
          "Ours\n-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder().encodeToString(authority.certificate().getEncoded())
              + "\n-----END CERTIFICATE-----\n");
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  private TestServer asking(String mode) {
    return new TestServer()
        .set("clientCertificates", mode)
        .set("clientAuthorities", file.toString());
  }

  private static SSLContext client(String certificate) throws Exception {
    Optional<Issued> own = CERTIFICATES.get(certificate);
    // One that shows its certificate whoever is asked for, as mail servers do.
    return TestCertificates.client(
        own.isPresent() ? new KeyManager[] {new Stubborn(own.get())} : new KeyManager[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "none, none, none",
    "none, good, none",
    "request, none, none",
    "request, good, CN=client.example",
    "request, foreign, none",
    "request, self-signed, none",
    "request, expired, none",
    "require, none, closed",
    "require, good, CN=client.example",
    "require, foreign, closed",
    "require, self-signed, closed",
    "require, expired, closed",
  })
  void seesGoodCertificatesOnly(String mode, String certificate, String seen) throws Exception {
    for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
      try (TestServer server = asking(mode).implicitTls().start();
          Talk talk = server.connect()) {
        assertThat(answer(talk, client(certificate), protocol)).as(protocol).isEqualTo(seen);
      }
    }
  }

  private static String answer(Talk talk, SSLContext context, String protocol) {
    try (Talk secure = talk.secure(context, protocol)) {
      secure.line();
      return String.valueOf(secure.ask("certificate"));
    } catch (IOException e) {
      return "closed";
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void seesTheCertificateAfterStartTlsAndInAResumedSession(String protocol) throws Exception {
    SSLContext context = client("good");
    try (TestServer server = asking("request").start()) {
      for (int i = 0; i < 3; i++) {
        try (Talk talk = server.connect()) {
          talk.line();
          assertThat(talk.ask("certificate")).isEqualTo("none");
          assertThat(talk.ask("tls")).isEqualTo("go");
          assertThat(talk.secure(context, protocol).ask("certificate"))
              .isEqualTo("CN=client.example");
        }
      }
    }
  }

  @Test
  void readsChangedAuthoritiesAndKeepsThemBesideABrokenFile() throws Exception {
    ClientAuthorities authorities = new ClientAuthorities(file, false);
    X509Certificate[] foreign = {CERTIFICATES.get("foreign").orElseThrow().certificate()};
    assertThatThrownBy(() -> authorities.current().checkClientTrusted(foreign, "EC"))
        .isInstanceOf(CertificateException.class);

    write(FOREIGN);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    authorities.reloadIfChanged();
    authorities.current().checkClientTrusted(foreign, "EC");

    Files.writeString(file, "broken");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(120)));
    authorities.reloadIfChanged();
    authorities.current().checkClientTrusted(foreign, "EC");
  }

  @Test
  void refusesACertificateWhoseRevocationCannotBeFoundOut() throws Exception {
    X509Certificate[] good = {CERTIFICATES.get("good").orElseThrow().certificate()};
    new ClientAuthorities(file, false).current().checkClientTrusted(good, "EC");
    assertThatThrownBy(
            () -> new ClientAuthorities(file, true).current().checkClientTrusted(good, "EC"))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void refusesSettingsThatCannotWork() throws Exception {
    assertThatThrownBy(() -> options(Map.of("clientCertificates", "request")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("needs clientAuthorities");
    Map<String, String> missing =
        Map.of("clientCertificates", "require", "clientAuthorities", "nowhere.pem");
    assertThatThrownBy(() -> options(missing)).hasMessageEndingWith("nowhere.pem doesn't exist");
    Files.writeString(file, "nothing");
    Map<String, String> empty =
        Map.of("clientCertificates", "require", "clientAuthorities", "authorities.pem");
    assertThatThrownBy(() -> options(empty)).isInstanceOf(InvalidSettingException.class);
  }

  private ConnectionOptions options(Map<String, String> settings) throws InvalidSettingException {
    SettingSchema schema = new SettingSchema(ConnectionSettings.all(), false);
    return ConnectionOptions.of(Settings.ofTexts(schema, settings), folder);
  }
}
