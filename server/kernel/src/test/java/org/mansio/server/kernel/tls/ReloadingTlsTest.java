package org.mansio.server.kernel.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mansio.server.kernel.tls.Handshake.presented;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.server.kernel.ServerSettings;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Problems;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;

class ReloadingTlsTest {
  @TempDir
  private Path folder;

  private final Problems problems = new Problems();

  private ReloadingTls tls(Map<String, String> settings) throws InvalidSettingException {
    Environment environment = new Environment(
        "mx.example.org", MailAddress.of("postmaster@example.org"), folder, folder.resolve("data"));
    return new ReloadingTls(
        Settings.ofTexts(ServerSettings.TLS, settings),
        environment,
        Location.of("server.xml"),
        problems);
  }

  /** A pair of PEM files for that name, in a folder of that name. */
  private Map<String, String> pem(String name) throws IOException {
    SelfSignedCertificate.obtain(folder.resolve(name), name);
    return Map.of("certificate", name + "/self-signed.crt", "key", name + "/self-signed.key");
  }

  @Test
  void tellsWhenTheFirstOfItsCertificatesEnds() throws Exception {
    Map<String, String> one = pem("mx.example.org");
    Map<String, String> two = pem("mail.example.net");
    ReloadingTls tls = tls(Map.of(
        "certificate", one.get("certificate") + "," + two.get("certificate"),
        "key", one.get("key") + "," + two.get("key")));

    assertThat(tls.validUntil()).isEqualTo(end(one).isBefore(end(two)) ? end(one) : end(two));
  }

  private Instant end(Map<String, String> pem) throws Exception {
    try (InputStream file = Files.newInputStream(folder.resolve(pem.get("certificate")))) {
      X509Certificate read =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
      return read.getNotAfter().toInstant();
    }
  }

  @Test
  void makesASelfSignedCertificateAtTheFirstStartAndKeepsIt() throws Exception {
    ReloadingTls first = tls(Map.of());
    assertThat(folder.resolve("data")).doesNotExist();
    assertThatThrownBy(first::context).isInstanceOf(IllegalStateException.class);
    first.start();
    first.stop(Duration.ZERO);
    assertThat(presented(first.context())).isEqualTo("CN=mx.example.org");
    Path key = folder.resolve("data/tls/self-signed.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");

    byte[] before = Files.readAllBytes(key);
    ReloadingTls second = tls(Map.of());
    second.start();
    second.stop(Duration.ZERO);
    assertThat(Files.readAllBytes(key)).isEqualTo(before);
  }

  @Test
  void presentsTheCertificateOfPemFiles() throws Exception {
    assertThat(presented(tls(pem("a.example.org")).context())).isEqualTo("CN=a.example.org");
    assertThat(problems.errors()).isEmpty();
  }

  /** ActiveMQ's broker brings Bouncy Castle in as it starts; what is renewed afterwards is read with it there. */
  @Test
  void anEcKeyIsGoodForHandshakesWithAnotherProviderOfEcdsaThere() throws Exception {
    Map<String, String> files = pem("ec.example.org");
    assertThat(tls(files).keyManager().getPrivateKey("0").getAlgorithm()).isEqualTo("EC");
    BouncyCastleProvider other = new BouncyCastleProvider();
    Security.addProvider(other);
    try {
      assertThat(presented(tls(files).context())).isEqualTo("CN=ec.example.org");
    } finally {
      Security.removeProvider(other.getName());
    }
  }

  @Test
  void presentsTheCertificateOfAKeystore() throws Exception {
    pem("k.example.org");
    CertificateFiles.Pem files = new CertificateFiles.Pem(
        folder.resolve("k.example.org/self-signed.crt"),
        folder.resolve("k.example.org/self-signed.key"));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    KeyedCertificate pem = files.load().getFirst();
    store.setKeyEntry(
        "server", pem.key(), "secret".toCharArray(), pem.chain().toArray(X509Certificate[]::new));
    try (var out = Files.newOutputStream(folder.resolve("k.p12"))) {
      store.store(out, "secret".toCharArray());
    }
    Map<String, String> right = Map.of("keystore", "k.p12", "keystorePassword", "secret");
    assertThat(presented(tls(right).context())).isEqualTo("CN=k.example.org");
    tls(Map.of("keystore", "k.p12", "keystorePassword", "wrong-one"));
    assertThat(problems.errors())
        .singleElement()
        .extracting(Problem::message)
        .asString()
        .doesNotContain("wrong-one");
  }

  @Test
  void takesAChangedCertificateWithoutARestart() throws Exception {
    ReloadingTls tls = tls(pem("old.example.org"));
    SSLContext before = tls.context();
    assertThat(tls.reloadIfChanged()).isFalse();
    replaceBy("new.example.org");
    assertThat(tls.reloadIfChanged()).isTrue();
    assertThat(presented(tls.context())).isEqualTo("CN=new.example.org");
    assertThat(presented(before)).isEqualTo("CN=old.example.org");
  }

  private void replaceBy(String name) throws IOException {
    pem(name);
    for (String file : new String[] {"self-signed.crt", "self-signed.key"}) {
      Path target = folder.resolve("old.example.org").resolve(file);
      Files.copy(
          folder.resolve(name).resolve(file),
          target,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(target, FileTime.from(Instant.now().plusSeconds(60)));
    }
  }

  @Test
  void keepsTheCertificateInForceWhenTheChangedOneIsBroken() throws Exception {
    ReloadingTls tls = tls(pem("old.example.org"));
    Path file = folder.resolve("old.example.org/self-signed.crt");
    Files.writeString(file, "broken");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(tls.reloadIfChanged()).isFalse();
    assertThat(presented(tls.context())).isEqualTo("CN=old.example.org");
  }

  private ReloadingTls several(String... names) throws Exception {
    for (String name : names) {
      pem(name);
    }
    return tls(Map.of(
        "certificate", String.join("/self-signed.crt,", names) + "/self-signed.crt",
        "key", String.join("/self-signed.key,", names) + "/self-signed.key"));
  }

  @ParameterizedTest
  @CsvSource({
    "mx.example.org, mx.example.org",
    "MX.Example.Org, mx.example.org",
    "mail.example.net, mail.example.net",
    "a.example.com, *.example.com",
    "special.example.com, special.example.com",
    "a.b.example.com, mx.example.org",
    "example.com, mx.example.org",
    "elsewhere.example, mx.example.org",
    ", mx.example.org",
  })
  void presentsTheCertificateForTheNameThatIsAskedFor(String name, String subject)
      throws Exception {
    ReloadingTls tls =
        several("mx.example.org", "mail.example.net", "special.example.com", "*.example.com");
    for (String protocol : tls.protocols()) {
      assertThat(presented(tls.context(), Optional.ofNullable(name), protocol))
          .as(protocol)
          .isEqualTo("CN=" + subject);
    }
  }

  @Test
  void renewsOneCertificateBesideABrokenOther() throws Exception {
    ReloadingTls tls = several("old.example.org", "other.example.org");
    Path other = folder.resolve("other.example.org/self-signed.crt");
    Files.writeString(other, "broken");
    Files.setLastModifiedTime(other, FileTime.from(Instant.now().plusSeconds(60)));
    replaceBy("new.example.org");
    assertThat(tls.reloadIfChanged()).isTrue();
    assertThat(tls.reloadIfChanged()).isFalse();
    assertThat(presented(tls.context())).isEqualTo("CN=new.example.org");
    assertThat(presented(tls.context(), Optional.of("other.example.org"), "TLSv1.3"))
        .isEqualTo("CN=other.example.org");
    assertThatThrownBy(tls::reload).hasMessageContaining("isn't a PEM certificate");
    assertThat(presented(tls.context())).isEqualTo("CN=new.example.org");
  }

  @Test
  void presentsTheKindOfKeyThatTheClientKnows() throws Exception {
    KeyedCertificate ec = new CertificateFiles.Pem(
            folder.resolve(pem("mx.example.org").get("certificate")),
            folder.resolve("mx.example.org/self-signed.key"))
        .load()
        .getFirst();
    CertificatesByName keys = new CertificatesByName(List.of(ec));
    assertThat(keys.chooseServerAlias("EC", null, null)).isEqualTo("0");
    assertThat(keys.chooseServerAlias("RSA", null, null)).isNull();
    assertThat(keys.getServerAliases("EC", null)).containsExactly("0");
  }

  @Test
  void keepsConnectionsWhileCertificatesAreReplacedUnderLoad() throws Exception {
    ReloadingTls tls = tls(pem("old.example.org"));
    try (TlsEcho server = new TlsEcho(tls)) {
      List<TlsEcho.Client> before = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        before.add(server.connect());
      }
      AtomicBoolean replacing = new AtomicBoolean(true);
      AtomicInteger handshakes = new AtomicInteger();
      List<Future<?>> load = new ArrayList<>();
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 4; i++) {
          load.add(clients.submit(() -> {
            while (replacing.get()) {
              try (TlsEcho.Client client = server.connect()) {
                client.echoes();
                handshakes.incrementAndGet();
              }
            }
            return null;
          }));
        }
        for (int i = 0; i < 5; i++) {
          int done = handshakes.get();
          await().until(() -> handshakes.get() > done + 4);
          replaceBy("new" + i + ".example.org");
          tls.reload();
        }
        replacing.set(false);
        for (Future<?> client : load) {
          client.get();
        }
      }
      for (TlsEcho.Client client : before) {
        client.echoes();
        client.close();
      }
      assertThat(presented(tls.context())).isEqualTo("CN=new4.example.org");
    }
  }

  @Test
  void refusesAKeyOfAnotherCertificate() throws Exception {
    pem("a.example.org");
    pem("b.example.org");
    tls(Map.of(
        "certificate", "a.example.org/self-signed.crt", "key", "b.example.org/self-signed.key"));
    assertThat(problems.errors())
        .singleElement()
        .asString()
        .contains("doesn't belong to the certificate");
  }

  @Test
  void refusesHalfAConfigurationAndMissingFiles() throws Exception {
    tls(Map.of("certificate", "a.crt"));
    tls(Map.of("certificate", "a.crt", "key", "a.key", "keystore", "k.p12"));
    tls(Map.of("certificate", "a.crt", "key", "a.key"));
    tls(Map.of("certificate", "a.crt, b.crt", "key", "a.key"));
    assertThat(problems.errors())
        .extracting(Problem::message)
        .satisfiesExactly(
            half -> assertThat(half)
                .isEqualTo("TLS: certificate and key belong together; only one is set"),
            both -> assertThat(both)
                .isEqualTo("TLS: set either keystore or certificate and key, not both"),
            missing -> assertThat(missing).endsWith("a.crt doesn't exist"),
            uneven ->
                assertThat(uneven).startsWith("TLS: there are 2 certificate files and 1 key"));
  }

  @Test
  void offersNothingBelowTls12() throws Exception {
    assertThat(tls(Map.of()).protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThatThrownBy(() -> tls(Map.of("protocols", "TLSv1.1")))
        .hasMessageContaining("'TLSv1.1' is neither TLSv1.2 nor TLSv1.3");
  }
}
