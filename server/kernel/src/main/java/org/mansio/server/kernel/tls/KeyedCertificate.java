package org.mansio.server.kernel.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A certificate that this server can show.
 *
 * @param chain the server's own first
 * @param names the DNS names it is for (RFC 9525 §2: those of its subject alternative name only), lower case
 */
record KeyedCertificate(PrivateKey key, List<X509Certificate> chain, List<String> names) {
  // RFC 5280 §4.2.1.6, dNSName.
  private static final int DNS_NAME = 2;

  /** @param chain not empty */
  static KeyedCertificate of(PrivateKey key, List<X509Certificate> chain) {
    return new KeyedCertificate(key, List.copyOf(chain), names(chain.getFirst()));
  }

  private static List<String> names(X509Certificate certificate) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      return all == null
          ? List.of()
          : all.stream()
              .filter(name -> name.get(0).equals(DNS_NAME))
              .map(name -> name.get(1).toString().toLowerCase(Locale.ROOT))
              .toList();
    } catch (CertificateParsingException e) {
      // For no name, then; the JDK has taken the certificate itself.
      return List.of();
    }
  }

  /** Whether it is for that name. @param name lower case, A-labels, without a final dot */
  boolean isFor(String name) {
    return names.stream().anyMatch(pattern -> matches(pattern, name));
  }

  /** RFC 9525 §6.3: a wildcard is the whole first label and stands for exactly one. */
  private static boolean matches(String pattern, String name) {
    if (!pattern.startsWith("*.")) {
      return pattern.equals(name);
    }
    int dot = name.indexOf('.');
    return dot > 0 && name.substring(dot).equals(pattern.substring(1));
  }

  /** When it ends. Others of its chain may have ended before: an expired cross-signature does no harm. */
  Instant validUntil() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** As TLS negotiates it: {@code RSA}, {@code EC}, {@code EdDSA}, … */
  String keyType() {
    return chain.getFirst().getPublicKey().getAlgorithm();
  }

  @Override
  public String toString() {
    return names.isEmpty()
        ? chain.getFirst().getSubjectX500Principal().getName()
        : String.join(", ", names);
  }
}
