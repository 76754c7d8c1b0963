package org.mansio.protocols.smtpclient;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests, and the servers that it vouches for. */
public final class TestAuthority {
  private final KeyPair keys;
  private final X509Certificate certificate;
  private long serial;

  /** A server's certificate and key. */
  public record Server(X509Certificate certificate, KeyPair keys, X509Certificate[] chain) {
    /** For a server that shows its certificate and those above it. */
    public SSLContext context() throws GeneralSecurityException, java.io.IOException {
      return context(chain);
    }

    /** For a server that shows only its own certificate. */
    public SSLContext contextWithoutAuthority()
        throws GeneralSecurityException, java.io.IOException {
      return context(certificate);
    }

    private SSLContext context(X509Certificate... shown)
        throws GeneralSecurityException, java.io.IOException {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", keys.getPrivate(), new char[0], shown);
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), null, null);
      return context;
    }
  }

  public TestAuthority() throws Exception {
    keys = keyPair();
    certificate =
        sign("CN=authority", "CN=authority", keys, keys, Duration.ofHours(1), new String[0], true);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** Trusts this authority alone. */
  public TrustManagerFactory trust() throws GeneralSecurityException, java.io.IOException {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("authority", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    return trust;
  }

  /** A server whose certificate is for these DNS names. */
  public Server server(String... names) throws Exception {
    return server(Duration.ofHours(1), names);
  }

  /** @param left how long its certificate holds still; negative: it has expired */
  public Server server(Duration left, String... names) throws Exception {
    KeyPair own = keyPair();
    X509Certificate signed = sign("CN=server", "CN=authority", own, keys, left, names, false);
    return new Server(signed, own, new X509Certificate[] {signed, certificate});
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private X509Certificate sign(
      String subject,
      String issuer,
      KeyPair own,
      KeyPair signer,
      Duration left,
      String[] names,
      boolean authority)
      throws CertIOException, OperatorCreationException, GeneralSecurityException {
    Instant now = Instant.now();
    var builder = new JcaX509v3CertificateBuilder(
        new X500Name(issuer),
        BigInteger.valueOf(++serial),
        Date.from(now.minus(Duration.ofDays(1))),
        Date.from(now.plus(left)),
        new X500Name(subject),
        own.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (names.length > 0) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(Arrays.stream(names)
              .map(name -> new GeneralName(GeneralName.dNSName, name))
              .toArray(GeneralName[]::new)));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(
            new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
  }
}
