package org.mansio.server.kernel.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  private static String presented(SSLContext context) throws Exception {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {new TrustAll()}, null);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (SSLServerSocket server =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
      Thread accepting = Thread.ofVirtual().start(() -> {
        try (SSLSocket accepted = (SSLSocket) server.accept()) {
          accepted.startHandshake();
          accepted.getInputStream().read();
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      });
      try (SSLSocket client =
          (SSLSocket) trusting.getSocketFactory().createSocket(loopback, server.getLocalPort())) {
        client.startHandshake();
        X509Certificate certificate =
            (X509Certificate) client.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
      } finally {
        accepting.join();
      }
    }
  }

  private record TrustAll() implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
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

  @Test
  void presentsTheCertificateOfAKeystore() throws Exception {
    pem("k.example.org");
    CertificateFiles.Pem files = new CertificateFiles.Pem(
        folder.resolve("k.example.org/self-signed.crt"),
        folder.resolve("k.example.org/self-signed.key"));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    KeyStore pem = files.keyStore();
    store.setKeyEntry(
        "server",
        pem.getKey("server", new char[0]),
        "secret".toCharArray(),
        pem.getCertificateChain("server"));
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
    assertThat(problems.errors())
        .extracting(Problem::message)
        .satisfiesExactly(
            half -> assertThat(half)
                .isEqualTo("TLS: certificate and key belong together; only one is set"),
            both -> assertThat(both)
                .isEqualTo("TLS: set either keystore or certificate and key, not both"),
            missing -> assertThat(missing).endsWith("a.crt doesn't exist"));
  }

  @Test
  void offersNothingBelowTls12() throws Exception {
    assertThat(tls(Map.of()).protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThatThrownBy(() -> tls(Map.of("protocols", "TLSv1.1")))
        .hasMessageContaining("'TLSv1.1' is neither TLSv1.2 nor TLSv1.3");
  }
}
