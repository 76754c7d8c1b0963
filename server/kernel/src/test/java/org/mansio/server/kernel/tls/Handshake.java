package org.mansio.server.kernel.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Shakes hands with a server that has the context under test, and tells what it presented. */
final class Handshake {
  private Handshake() {}

  static String presented(SSLContext context) throws Exception {
    return presented(context, Optional.empty(), "TLSv1.3");
  }

  /** The subject of what a client gets. @param name that it asks for */
  static String presented(SSLContext context, Optional<String> name, String protocol)
      throws Exception {
    SSLContext trusting = trustingAll();
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
        SSLParameters parameters = client.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setServerNames(
            name.map(n -> List.<SNIServerName>of(new SNIHostName(n))).orElse(List.of()));
        client.setSSLParameters(parameters);
        client.startHandshake();
        X509Certificate certificate =
            (X509Certificate) client.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
      } finally {
        accepting.join();
      }
    }
  }

  /** A client's context that takes any certificate. */
  static SSLContext trustingAll() throws GeneralSecurityException {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {new TrustAll()}, null);
    return trusting;
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
}
