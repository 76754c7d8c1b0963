package org.mansio.protocols.sasl.client;

import java.util.Optional;
import org.mansio.protocols.sasl.Digests;

/** PLAIN (RFC 4616). */
record PlainClient(String user, String password) implements ClientExchange {
  static final String NAME = "PLAIN";

  @Override
  public String mechanism() {
    return NAME;
  }

  @Override
  public Optional<byte[]> initial() {
    return Optional.of(Digests.octets("\0" + user + "\0" + password));
  }

  @Override
  public byte[] respond(byte[] challenge) throws UntrustedServerException {
    throw new UntrustedServerException("PLAIN has no challenge");
  }

  @Override
  public String toString() {
    return NAME;
  }
}
