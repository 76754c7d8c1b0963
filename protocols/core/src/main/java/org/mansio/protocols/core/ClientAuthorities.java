package org.mansio.protocols.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorities whose certificates clients may show (RFC 5280 §6), out of a PEM file that is read anew when it changes.
 * While a changed file can't be used, those before stay in force. Thread-safe.
 */
final class ClientAuthorities {
  private static final Logger log = LoggerFactory.getLogger(ClientAuthorities.class);

  /** How often the file is looked at. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);

  private final Path file;
  private final boolean checkRevocation;

  // Guarded by this.
  private X509ExtendedTrustManager current;
  private FileTime seen;
  private long lookedAt;

  /** @throws IOException when the file can't be used; the message says why */
  ClientAuthorities(Path file, boolean checkRevocation) throws IOException {
    this.file = file;
    this.checkRevocation = checkRevocation;
    this.seen = time();
    this.current = load();
    this.lookedAt = System.nanoTime();
  }

  /** Those in force now; the same object as long as they are the same. */
  synchronized X509ExtendedTrustManager current() {
    if (System.nanoTime() - lookedAt > LOOK_INTERVAL.toNanos()) {
      lookedAt = System.nanoTime();
      reloadIfChanged();
    }
    return current;
  }

  synchronized void reloadIfChanged() {
    try {
      FileTime now = time();
      if (!now.equals(seen)) {
        // Remembered first: a broken file is reported once.
        seen = now;
        current = load();
        log.info("The authorities of clients' certificates were read anew from {}", file);
      }
    } catch (IOException e) {
      log.error("The changed authorities can't be used, those before stay in force", e);
    }
  }

  private FileTime time() throws IOException {
    try {
      return Files.getLastModifiedTime(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " doesn't exist", e);
    }
  }

  private X509ExtendedTrustManager load() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Set<TrustAnchor> anchors =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .map(certificate -> new TrustAnchor(certificate, null))
              .collect(Collectors.toSet());
      if (anchors.isEmpty()) {
        throw new IOException(file + " holds no certificate");
      }
      return trusting(anchors);
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " isn't a PEM file of certificates: " + e.getMessage(), e);
    }
  }

  private X509ExtendedTrustManager trusting(Set<TrustAnchor> anchors)
      throws GeneralSecurityException {
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
    parameters.setRevocationEnabled(checkRevocation);
    if (checkRevocation) {
      // OCSP first, then the lists; who can't be asked is no excuse.
      parameters.addCertPathChecker(
          (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker());
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(parameters));
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
