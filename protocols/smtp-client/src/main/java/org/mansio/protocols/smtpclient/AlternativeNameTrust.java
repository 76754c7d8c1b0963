package org.mansio.protocols.smtpclient;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Checks what the JDK checks, and the name once more: by the subject alternative name alone (RFC 8461 §4.1, RFC 9525 §2), while
 * the JDK takes a common name too where there is none, and wildcards that stand for parts of a label. Thread-safe.
 */
final class AlternativeNameTrust extends ServerTrust {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private final X509ExtendedTrustManager jdk;

  AlternativeNameTrust(X509ExtendedTrustManager jdk) {
    this.jdk = jdk;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    jdk.checkServerTrusted(chain, authType, engine);
    String host = engine.getPeerHost().toLowerCase(Locale.ROOT);
    // For an address the JDK takes nothing else than an alternative name of that type.
    if (!ADDRESS.matcher(host).matches() && !CertificateNames.matchAny(chain[0], Set.of(host))) {
      throw new PeerCertificateException(
          TlsOutcome.Kind.CERTIFICATE_HOST_MISMATCH,
          "the certificate is for " + CertificateNames.of(chain[0]) + ", not for " + host);
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return jdk.getAcceptedIssuers();
  }
}
