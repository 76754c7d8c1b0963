package org.mansio.protocols.smtpclient;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Checks the certificates of one peer, on one connection. */
final class PeerTrust extends ServerTrust {
  private final Verification verification;
  private final String peerName;
  private final X509TrustManager anchors;
  private volatile @Nullable CertificateException tolerated;

  /** @param anchors what vouches for names */
  PeerTrust(Verification verification, String peerName, X509TrustManager anchors) {
    this.verification = verification;
    this.peerName = peerName;
    this.anchors = anchors;
  }

  /** What would have failed, had the check been enforced. */
  Optional<CertificateException> tolerated() {
    return Optional.ofNullable(tolerated);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    switch (verification) {
      case Verification.None none -> {}
      case Verification.ByTlsa tlsa -> new DaneCheck(tlsa).check(chain);
      case Verification.ByName byName -> {
        try {
          check(byName, chain, authType);
        } catch (CertificateException e) {
          if (byName.enforced()) {
            throw e;
          }
          tolerated = e;
        }
      }
    }
  }

  private void check(Verification.ByName byName, X509Certificate[] chain, String authType)
      throws CertificateException {
    anchors.checkServerTrusted(chain, authType);
    Set<String> names = byName.names().isEmpty() ? Set.of(peerName) : byName.names();
    if (!CertificateNames.matchAny(chain[0], names)) {
      throw new PeerCertificateException(
          TlsOutcome.Kind.CERTIFICATE_HOST_MISMATCH,
          "the certificate is for " + CertificateNames.of(chain[0]) + ", not for " + names);
    }
  }
}
