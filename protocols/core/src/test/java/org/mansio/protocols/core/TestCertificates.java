package org.mansio.protocols.core;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates made for a test run: an authority and what it signs. */
final class TestCertificates {
  private static final char[] NO_PASSWORD = {};
  private static final AtomicLong SERIAL = new AtomicLong(1);

  private TestCertificates() {}

  /** A certificate with its key. */
  record Issued(X509Certificate certificate, KeyPair keys) {
    KeyManager[] keyManagers() throws GeneralSecurityException {
      try {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
            "own", keys.getPrivate(), NO_PASSWORD, new X509Certificate[] {certificate});
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Signed by itself. @param algorithm of the signature, such as {@code SHA256withECDSA} */
  static Issued authority(String name, String algorithm) {
    return issue(name, algorithm, null, Instant.now().plus(1, ChronoUnit.HOURS));
  }

  static Issued authority(String name) {
    return authority(name, "SHA256withECDSA");
  }

  static Issued signedBy(Issued issuer, String name) {
    return issue(name, "SHA256withECDSA", issuer, Instant.now().plus(1, ChronoUnit.HOURS));
  }

  static Issued expiredBy(Issued issuer, String name) {
    return issue(name, "SHA256withECDSA", issuer, Instant.now().minus(1, ChronoUnit.MINUTES));
  }

  private static Issued issue(String name, String algorithm, Issued issuer, Instant end) {
    try {
      KeyPair keys = keys(algorithm);
      Issued signer = issuer == null ? new Issued(null, keys) : issuer;
      X500Name subject = new X500Name("CN=" + name);
      X500Name by = issuer == null
          ? subject
          : X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
      JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
          by,
          BigInteger.valueOf(SERIAL.getAndIncrement()),
          Date.from(Instant.now().minus(1, ChronoUnit.HOURS)),
          Date.from(end),
          subject,
          keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(issuer == null));
      X509Certificate certificate = new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm)
              .setProvider(new BouncyCastleProvider())
              .build(signer.keys().getPrivate())));
      return new Issued(certificate, keys);
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keys(String algorithm) throws GeneralSecurityException {
    if (algorithm.equals("Ed25519")) {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }
    boolean rsa = algorithm.contains("RSA");
    KeyPairGenerator generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
    generator.initialize(rsa ? 2048 : 256);
    return generator.generateKeyPair();
  }

  /** A context that believes any server. */
  static SSLContext client(KeyManager... keys) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {new TrustAll()}, null);
    return context;
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
