package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateReplacementTest {
  @TempDir
  private Path folder;

  private static Talk secure(TestServer server, SSLContext context) throws IOException {
    Talk talk = server.connect();
    talk.line();
    talk.ask("tls");
    return talk.secure(context, "TLSv1.3");
  }

  private static String shown(Talk talk) throws IOException {
    SSLSocket socket = (SSLSocket) talk.socket();
    X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return certificate.getSubjectX500Principal().getName();
  }

  private TestServer server(String clientCertificates) throws Exception {
    Path authorities = folder.resolve("authorities.pem");
    Files.writeString(
        authorities,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder()
                .encodeToString(TestCertificates.authority("ours").certificate().getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    return new TestServer()
        .set("clientCertificates", clientCertificates)
        .set("clientAuthorities", authorities.toString())
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "request"})
  void losesNoConnectionUnderLoad(String clientCertificates) throws Exception {
    try (TestServer server = server(clientCertificates)) {
      List<Talk> before = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        before.add(secure(server, TestCertificates.client()));
      }
      AtomicBoolean replacing = new AtomicBoolean(true);
      AtomicInteger served = new AtomicInteger();
      List<Future<?>> load = new ArrayList<>();
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 3; i++) {
          // Each comes again with a session to resume.
          SSLContext context = TestCertificates.client();
          load.add(clients.submit(() -> {
            while (replacing.get()) {
              try (Talk talk = secure(server, context)) {
                assertThat(talk.ask("hello")).isEqualTo("hello");
                served.incrementAndGet();
              }
            }
            return null;
          }));
        }
        for (int i = 0; i < 5; i++) {
          int done = served.get();
          await().until(() -> served.get() > done + 3);
          server.replaceCertificate("new" + i + ".example.org");
        }
        replacing.set(false);
        for (Future<?> client : load) {
          client.get();
        }
      }
      for (Talk talk : before) {
        assertThat(talk.ask("hello")).isEqualTo("hello");
        assertThat(shown(talk)).isEqualTo("CN=" + TestServer.CERTIFICATE_NAME);
        talk.close();
      }
      try (Talk after = secure(server, TestCertificates.client())) {
        assertThat(shown(after)).isEqualTo("CN=new4.example.org");
      }
    }
  }
}
