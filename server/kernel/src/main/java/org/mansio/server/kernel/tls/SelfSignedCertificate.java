package org.mansio.server.kernel.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that the server makes for itself at its first start, so that opportunistic TLS works at once. It proves
 * nothing about the server's name.
 */
final class SelfSignedCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(SelfSignedCertificate.class);

  /** Long, since nobody trusts it anyway, and nothing renews it. */
  private static final Duration LIFETIME = Duration.ofDays(3650);

  private static final Duration CLOCK_SKEW = Duration.ofDays(1);
  private static final int SERIAL_BITS = 127;

  private SelfSignedCertificate() {}

  /**
   * The files in the folder; made when they aren't there.
   *
   * @throws IOException when they can't be written
   */
  static CertificateFiles obtain(Path folder, String hostname) throws IOException {
    Path certificate = folder.resolve("self-signed.crt");
    Path key = folder.resolve("self-signed.key");
    if (!Files.exists(certificate) || !Files.exists(key)) {
      write(folder, certificate, key, hostname);
      LOG.warn(
          "No certificate is configured: made a self-signed one for {} at {}. Clients that check names will refuse it;"
              + " set <tls> in server.xml.",
          hostname,
          certificate);
    } else {
      LOG.warn(
          "No certificate is configured: using the self-signed one at {}; set <tls> in server.xml.",
          certificate);
    }
    return new CertificateFiles.Pem(certificate, key);
  }

  private static void write(Path folder, Path certificate, Path key, String hostname)
      throws IOException {
    FileAttribute<?>[] ownerOnlyFolder = permissions(folder, "rwx------");
    Files.createDirectories(folder, ownerOnlyFolder);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      // The key first: with both files there, both are complete.
      writeWhole(key, pem(new JcaPKCS8Generator(pair.getPrivate(), null)));
      writeWhole(certificate, pem(certificate(pair, hostname)));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("a self-signed certificate can't be made: " + e.getMessage(), e);
    }
  }

  private static X509Certificate certificate(KeyPair pair, String hostname)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var name =
        new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, hostname).build();
    Instant now = Instant.now();
    var builder = new JcaX509v3CertificateBuilder(
        name,
        new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(now.plus(LIFETIME)),
        name,
        pair.getPublic());
    // RFC 9525 §2: clients compare with the subject alternative name only.
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, hostname)));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  private static void writeWhole(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    Files.createFile(temporary, permissions(file, "rw-------"));
    Files.writeString(
        temporary,
        text,
        StandardCharsets.US_ASCII,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static FileAttribute<?>[] permissions(Path file, String permissions) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
