package org.mansio.server.kernel.tls;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a private key in the form that today's tools write: PKCS #8 in PEM, unencrypted (RFC 7468 §10). */
final class Pkcs8Key {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  /** A key says in itself of which kind it is; each factory takes its own kind only. */
  private static final List<String> KINDS = List.of("EC", "RSA", "EdDSA");

  private Pkcs8Key() {}

  /** The first one; nothing when there is none, or it is of another kind than the JDK's. */
  static Optional<PrivateKey> read(String pem) {
    Matcher found = PEM.matcher(pem);
    if (!found.find()) {
      return Optional.empty();
    }
    byte[] encoded;
    try {
      encoded = Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return KINDS.stream().flatMap(kind -> key(kind, encoded).stream()).findFirst();
  }

  private static Optional<PrivateKey> key(String kind, byte[] encoded) {
    try {
      return Optional.of(
          KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no " + kind + " keys in this JDK", e);
    }
  }
}
