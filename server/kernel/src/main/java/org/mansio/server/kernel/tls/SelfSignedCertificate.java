package org.mansio.server.kernel.tls;

import java.io.IOException;
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
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
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

  // RFC 5280 §4.1 and §4.2.1, RFC 5758 §3.2: numbers of what a certificate is made of.
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final BigInteger X509_V3 = BigInteger.TWO;
  private static final int VERSION = 0;
  private static final int EXTENSIONS = 3;
  private static final int DNS_NAME = 2;

  private static final int PEM_WIDTH = 64;

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
      writeWhole(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      writeWhole(certificate, pem("CERTIFICATE", certificate(pair, hostname, Instant.now())));
    } catch (GeneralSecurityException e) {
      throw new IOException("a self-signed certificate can't be made: " + e.getMessage(), e);
    }
  }

  /** RFC 5280 §4.1, in DER. */
  static byte[] certificate(KeyPair pair, String hostname, Instant now)
      throws GeneralSecurityException {
    // RFC 5758 §3.2: without parameters.
    byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
    byte[] name = Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(hostname))));
    byte[] validity = Der.sequence(Der.time(now.minus(CLOCK_SKEW)), Der.time(now.plus(LIFETIME)));
    // RFC 9525 §2: clients compare with the subject alternative name only.
    byte[] alternativeNames =
        Der.sequence(Der.implicit(DNS_NAME, hostname.getBytes(StandardCharsets.US_ASCII)));
    byte[] extensions = Der.sequence(
        Der.sequence(Der.oid(SUBJECT_ALTERNATIVE_NAME), Der.octets(alternativeNames)),
        // Of no authority, and critical.
        Der.sequence(Der.oid(BASIC_CONSTRAINTS), Der.yes(), Der.octets(Der.sequence())));
    byte[] toBeSigned = Der.sequence(
        Der.explicit(VERSION, Der.integer(X509_V3)),
        Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0)),
        algorithm,
        name,
        validity,
        name,
        pair.getPublic().getEncoded(),
        Der.explicit(EXTENSIONS, extensions));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(toBeSigned);
    return Der.sequence(toBeSigned, algorithm, Der.bits(signature.sign()));
  }

  /** RFC 7468. */
  private static String pem(String label, byte[] der) {
    return "-----BEGIN " + label + "-----\n"
        + Base64.getMimeEncoder(PEM_WIDTH, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END " + label + "-----\n";
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
