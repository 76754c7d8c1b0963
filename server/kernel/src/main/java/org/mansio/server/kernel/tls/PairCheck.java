package org.mansio.server.kernel.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Optional;

/** Finds out whether a private key belongs to a public one, by signing: what a handshake would find out too late. */
final class PairCheck {
  private static final byte[] PROBE = "mansio".getBytes(StandardCharsets.US_ASCII);

  private PairCheck() {}

  /** Whether they do; true for kinds of keys that no signature algorithm here is known for. */
  static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) {
    Optional<String> algorithm = switch (privateKey.getAlgorithm()) {
      case "RSA" -> Optional.of("SHA256withRSA");
      case "EC" -> Optional.of("SHA256withECDSA");
      case "EdDSA", "Ed25519", "Ed448" -> Optional.of("EdDSA");
      default -> Optional.empty();
    };
    if (algorithm.isEmpty()) {
      return true;
    }
    try {
      Signature signature = Signature.getInstance(algorithm.get());
      signature.initSign(privateKey);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // Such as a public key of another kind.
      return false;
    }
  }
}
