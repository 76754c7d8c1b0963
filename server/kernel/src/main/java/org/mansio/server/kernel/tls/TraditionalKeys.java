package org.mansio.server.kernel.tls;

import java.io.IOException;
import java.io.StringReader;
import java.security.PrivateKey;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * Reads the forms of a key that the JDK doesn't know, such as OpenSSL's own ones. Apart from the others for the sake of the
 * start: Bouncy Castle's jars are signed, so loading the first of its classes takes a tenth of a second, and an AOT cache
 * can't hold them.
 */
final class TraditionalKeys {
  private TraditionalKeys() {}

  /** The first unencrypted private key. */
  static Optional<PrivateKey> read(String pem) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      // By the name that JSSE wants; as "ECDSA", a provider that another library has brought in
      // would answer, with keys that no handshake can use.
      JcaPEMKeyConverter converter =
          new JcaPEMKeyConverter().setAlgorithmMapping(X9ObjectIdentifiers.id_ecPublicKey, "EC");
      for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
        if (found instanceof PrivateKeyInfo info) {
          return Optional.of(converter.getPrivateKey(info));
        }
        if (found instanceof PEMKeyPair pair) {
          return Optional.of(converter.getPrivateKey(pair.getPrivateKeyInfo()));
        }
      }
    }
    return Optional.empty();
  }
}
