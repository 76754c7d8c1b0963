package org.mansio.protocols.sasl.client;

import java.util.Optional;
import org.mansio.protocols.sasl.Digests;
import org.mansio.protocols.sasl.digest.CramMechanism;

/** CRAM-MD5 (RFC 2195). */
final class CramMd5Client implements ClientExchange {
  static final String NAME = "CRAM-MD5";

  private final String user;
  private final String password;
  private boolean answered;

  CramMd5Client(String user, String password) {
    this.user = user;
    this.password = password;
  }

  @Override
  public String mechanism() {
    return NAME;
  }

  @Override
  public Optional<byte[]> initial() {
    return Optional.empty();
  }

  @Override
  public byte[] respond(byte[] challenge) throws UntrustedServerException {
    if (answered) {
      throw new UntrustedServerException("CRAM-MD5 has one challenge");
    }
    answered = true;
    return Digests.octets(user + " " + CramMechanism.digest(CramMechanism.Hash.MD5, password, challenge));
  }
}
