package org.mansio.protocols.sasl.scram;

import java.util.Base64;
import java.util.Optional;

/**
 * The client's final message (RFC 5802 §7).
 *
 * @param binding GS2 header and channel binding data
 * @param nonce of both sides
 * @param withoutProof all before the proof, which is signed
 */
record ClientFinal(byte[] binding, String nonce, byte[] proof, String withoutProof) {
  static Optional<ClientFinal> parse(String text) {
    int at = text.lastIndexOf(",p=");
    if (at < 0 || !text.startsWith("c=")) {
      return Optional.empty();
    }
    String withoutProof = text.substring(0, at);
    String[] parts = withoutProof.split(",", -1);
    if (parts.length < 2 || !parts[1].startsWith("r=")) {
      return Optional.empty();
    }
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      return Optional.of(new ClientFinal(
          base64.decode(parts[0].substring(2)),
          parts[1].substring(2),
          base64.decode(text.substring(at + 3)),
          withoutProof));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
