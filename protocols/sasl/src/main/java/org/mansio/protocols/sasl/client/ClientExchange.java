package org.mansio.protocols.sasl.client;

import java.util.Optional;

/** The client's side of one exchange. One thread at a time. */
public interface ClientExchange {
  /** The mechanism's registered name. */
  String mechanism();

  /** What the client begins with; empty when the server speaks first. */
  Optional<byte[]> initial();

  /**
   * The answer to a challenge.
   *
   * @throws UntrustedServerException when the server isn't what it should be; the exchange is to be cancelled
   */
  byte[] respond(byte[] challenge) throws UntrustedServerException;

  /** Whether the server has shown all that it has to show: a success before that is none (RFC 5802 §5). */
  default boolean isComplete() {
    return true;
  }
}
