package org.mansio.protocols.smtpclient;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mansio.spi.dns.TlsaRecord;

/** What TLSA records mean for SMTP (RFC 6698, RFC 7671, RFC 7672). */
public final class TlsaRecords {
  /** DANE-TA(2): a trust anchor, which signs the server's certificate. */
  static final int TRUST_ANCHOR = 2;

  /** DANE-EE(3): the server's own certificate or key. */
  static final int END_ENTITY = 3;

  private static final int WHOLE_CERTIFICATE = 0;
  private static final int PUBLIC_KEY = 1;
  private static final int EXACT = 0;
  private static final int SHA_256 = 1;
  private static final int SHA_512 = 2;
  private static final int SHA_256_OCTETS = 32;
  private static final int SHA_512_OCTETS = 64;
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private TlsaRecords() {}

  /**
   * The records that a client can and may go by. Of digests for the same thing only the strongest kind counts (RFC 7671 §9).
   *
   * @return empty when TLS must be used all the same, but nothing can be verified (RFC 7672 §2.2)
   */
  public static Set<TlsaRecord> usable(Collection<TlsaRecord> records) {
    List<TlsaRecord> known = records.stream().filter(TlsaRecords::isUsable).toList();
    return known.stream()
        .filter(record -> record.matchingType() == EXACT
            || known.stream()
                .noneMatch(other -> other.usage() == record.usage()
                    && other.selector() == record.selector()
                    && other.matchingType() > record.matchingType()))
        .collect(Collectors.toSet());
  }

  // RFC 7672 §3.1.3: PKIX-TA(0) and PKIX-EE(1) aren't for SMTP.
  private static boolean isUsable(TlsaRecord record) {
    boolean usage = record.usage() == TRUST_ANCHOR || record.usage() == END_ENTITY;
    boolean selector = record.selector() == WHOLE_CERTIFICATE || record.selector() == PUBLIC_KEY;
    int length = record.data().length;
    return usage
        && selector
        && switch (record.matchingType()) {
          case EXACT -> certificate(record).isPresent() || key(record).isPresent();
          case SHA_256 -> length == SHA_256_OCTETS;
          case SHA_512 -> length == SHA_512_OCTETS;
          default -> false;
        };
  }

  /** RFC 6698 §2.1: whether a certificate has what a usable record says. */
  static boolean matches(TlsaRecord record, X509Certificate certificate)
      throws CertificateException {
    byte[] selected = record.selector() == WHOLE_CERTIFICATE
        ? certificate.getEncoded()
        : certificate.getPublicKey().getEncoded();
    return Arrays.equals(
        record.data(),
        switch (record.matchingType()) {
          case SHA_256 -> digest("SHA-256", selected);
          case SHA_512 -> digest("SHA-512", selected);
          default -> selected;
        });
  }

  /** The certificate that stands whole in the record. */
  static Optional<X509Certificate> certificate(TlsaRecord record) {
    if (record.matchingType() != EXACT || record.selector() != WHOLE_CERTIFICATE) {
      return Optional.empty();
    }
    try {
      return Optional.of((X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(record.data())));
    } catch (CertificateException e) {
      // RFC 7672 §2.2: what can't be read makes the record unusable, no more.
      return Optional.empty();
    }
  }

  /** The public key that stands whole in the record. */
  static Optional<PublicKey> key(TlsaRecord record) {
    if (record.matchingType() != EXACT || record.selector() != PUBLIC_KEY) {
      return Optional.empty();
    }
    X509EncodedKeySpec spec = new X509EncodedKeySpec(record.data());
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(spec));
      } catch (GeneralSecurityException e) {
        // Not a key of that kind; the next may fit.
        continue;
      }
    }
    return Optional.empty();
  }

  private static byte[] digest(String algorithm, byte[] octets) {
    try {
      return MessageDigest.getInstance(algorithm).digest(octets);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(algorithm + " is part of each JDK", e);
    }
  }
}
