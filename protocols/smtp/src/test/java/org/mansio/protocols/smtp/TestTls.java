package org.mansio.protocols.smtp;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.mansio.spi.ServerTls;

/** A certificate made for the test run, and a client that trusts it and nothing else. */
public final class TestTls implements ServerTls {
  private static final char[] NO_PASSWORD = {};

  private final SSLContext server;
  private final X509ExtendedKeyManager keyManager;
  private final X509Certificate certificate;
  private final SSLContext client;
  private final SSLContext identifiedClient;

  public TestTls() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    X500Name name = new X500Name("CN=mx.example.org");
    Instant now = Instant.now();
    var builder = new JcaX509v3CertificateBuilder(
        name,
        BigInteger.ONE,
        Date.from(now.minus(1, ChronoUnit.HOURS)),
        Date.from(now.plus(1, ChronoUnit.HOURS)),
        name,
        keys.getPublic());
    certificate = new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));

    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("server", keys.getPrivate(), NO_PASSWORD, new X509Certificate[] {certificate});
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(own, NO_PASSWORD);
    keyManager = (X509ExtendedKeyManager) keyManagers.getKeyManagers()[0];
    server = SSLContext.getInstance("TLS");
    server.init(keyManagers.getKeyManagers(), null, null);

    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", certificate);
    TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trusted);
    client = SSLContext.getInstance("TLS");
    client.init(null, trustManagers.getTrustManagers(), null);
    identifiedClient = SSLContext.getInstance("TLS");
    identifiedClient.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
  }

  public SSLContext client() {
    return client;
  }

  /** Shows {@link #certificate} as its own. */
  public SSLContext identifiedClient() {
    return identifiedClient;
  }

  public X509Certificate certificate() {
    return certificate;
  }

  @Override
  public SSLContext context() {
    return server;
  }

  @Override
  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  @Override
  public List<String> protocols() {
    return List.of("TLSv1.3", "TLSv1.2");
  }
}
