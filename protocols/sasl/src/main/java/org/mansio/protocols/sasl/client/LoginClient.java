package org.mansio.protocols.sasl.client;

import java.util.Optional;
import org.mansio.protocols.sasl.Digests;

/** LOGIN: the name at the first prompt, the password at the second, whatever they say. */
final class LoginClient implements ClientExchange {
  static final String NAME = "LOGIN";

  private final String user;
  private final String password;
  private int prompts;

  LoginClient(String user, String password) {
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
    prompts++;
    return switch (prompts) {
      case 1 -> Digests.octets(user);
      case 2 -> Digests.octets(password);
      default -> throw new UntrustedServerException("LOGIN has two prompts");
    };
  }
}
