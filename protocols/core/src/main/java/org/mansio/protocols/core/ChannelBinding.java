package org.mansio.protocols.core;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What both ends of a TLS connection know and nobody between two connections can have the same (RFC 5056). */
final class ChannelBinding {
  /** A hash of the server's certificate (RFC 5929 §4). */
  static final String SERVER_END_POINT = "tls-server-end-point";

  /** Keying material of the connection (RFC 9266). */
  static final String EXPORTER = "tls-exporter";

  private static final Logger log = LoggerFactory.getLogger(ChannelBinding.class);

  // RFC 9266 §4.2, also for the context, of no octets, and the length.
  private static final String EXPORTER_LABEL = "EXPORTER-Channel-Binding";
  private static final byte[] EXPORTER_CONTEXT = {};
  private static final int EXPORTER_OCTETS = 32;

  private ChannelBinding() {}

  /** Empty for a type that isn't known, or that this session can't give. */
  static Optional<byte[]> of(String type, SSLSession session) {
    return switch (type) {
      case SERVER_END_POINT -> shown(session).flatMap(ChannelBinding::serverEndPoint);
      case EXPORTER -> exporter(session);
      default -> Optional.empty();
    };
  }

  private static Optional<X509Certificate> shown(SSLSession session) {
    Certificate[] chain = session.getLocalCertificates();
    return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate certificate
        ? Optional.of(certificate)
        : Optional.empty();
  }

  /** Of a server that shows this certificate. */
  static Optional<byte[]> serverEndPoint(X509Certificate certificate) {
    try {
      Optional<String> hash = hash(certificate);
      return hash.isPresent()
          ? Optional.of(MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded()))
          : Optional.empty();
    } catch (GeneralSecurityException e) {
      log.warn("No {} from {}: {}", SERVER_END_POINT, certificate.getSigAlgName(), e.toString());
      return Optional.empty();
    }
  }

  /** The hash function to use on a certificate; RFC 5929 §4.1 leaves those without exactly one undefined, as EdDSA is. */
  private static Optional<String> hash(X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.equals("RSASSA-PSS")) {
      return Optional.of(pssHash(certificate));
    }
    int with = algorithm.indexOf("WITH");
    return with < 0 ? Optional.empty() : Optional.of(named(algorithm.substring(0, with)));
  }

  private static String pssHash(X509Certificate certificate) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
    try {
      parameters.init(certificate.getSigAlgParams());
    } catch (IOException e) {
      throw new GeneralSecurityException("unreadable RSASSA-PSS parameters", e);
    }
    return named(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
  }

  /** The JDK's name of a hash function; RFC 5929 §4.1 puts SHA-256 in the place of MD5 and SHA-1. */
  private static String named(String hash) {
    String name = hash.toUpperCase(Locale.ROOT);
    return switch (name) {
      case "MD5", "SHA1", "SHA-1" -> "SHA-256";
      default -> name.replaceFirst("^SHA(?=[0-9]{3})", "SHA-");
    };
  }

  private static Optional<byte[]> exporter(SSLSession session) {
    if (!(session instanceof ExtendedSSLSession extended)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          extended.exportKeyingMaterialData(EXPORTER_LABEL, EXPORTER_CONTEXT, EXPORTER_OCTETS));
    } catch (SSLKeyException | IllegalStateException | UnsupportedOperationException e) {
      // RFC 9266 §4: not with TLS 1.2 unless the extended master secret was negotiated (RFC 7627).
      log.debug("No {}: {}", EXPORTER, e.toString());
      return Optional.empty();
    }
  }
}
