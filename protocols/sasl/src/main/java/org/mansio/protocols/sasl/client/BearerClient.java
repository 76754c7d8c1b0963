package org.mansio.protocols.sasl.client;

import java.util.Optional;
import org.mansio.protocols.sasl.Digests;

/**
 * OAUTHBEARER (RFC 7628) or XOAUTH2.
 *
 * @param message with the token
 * @param acknowledgement the answer to an error, after which the server refuses
 */
record BearerClient(String mechanism, String message, String acknowledgement)
    implements ClientExchange {

  static BearerClient oauthBearer(String user, String token) {
    // RFC 7628 §3.1; the name is a saslname (RFC 5801 §4).
    String name = user.replace("=", "=3D").replace(",", "=2C");
    return new BearerClient(
        "OAUTHBEARER",
        "n,a=" + name + ",\u0001auth=Bearer " + token + "\u0001\u0001",
        // RFC 7628 §3.2.3
        "\u0001");
  }

  static BearerClient xoauth2(String user, String token) {
    return new BearerClient(
        "XOAUTH2", "user=" + user + "\u0001auth=Bearer " + token + "\u0001\u0001", "");
  }

  @Override
  public Optional<byte[]> initial() {
    return Optional.of(Digests.octets(message));
  }

  @Override
  public byte[] respond(byte[] challenge) {
    return Digests.octets(acknowledgement);
  }

  /** Never the token. */
  @Override
  public String toString() {
    return mechanism;
  }
}
