package org.mansio.protocols.sasl.scram;

/**
 * What both sides of an exchange compute from a password (RFC 5802 §3).
 *
 * @param clientProof sent by the client
 * @param serverSignature to be sent by the server
 */
public record ScramProof(byte[] clientProof, byte[] serverSignature) {
  /**
   * @param password prepared
   * @param signed the AuthMessage
   */
  public static ScramProof of(
      ScramHash hash, String password, byte[] salt, int iterations, String signed) {
    byte[] salted = hash.salted(password, salt, iterations);
    byte[] clientKey = hash.clientKey(salted);
    byte[] clientSignature = hash.hmac(hash.hash(clientKey), signed);
    return new ScramProof(
        ScramHash.xor(clientKey, clientSignature), hash.hmac(hash.serverKey(salted), signed));
  }

  /** One side's part of a nonce. */
  public static String nonce() {
    return ScramMechanism.nonce();
  }

  /** A name with comma and equals sign escaped (RFC 5802 §5.1). */
  public static String saslname(String name) {
    return ClientFirst.saslname(name);
  }
}
