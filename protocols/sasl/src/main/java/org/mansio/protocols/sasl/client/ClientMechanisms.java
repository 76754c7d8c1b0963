package org.mansio.protocols.sasl.client;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.mansio.protocols.sasl.scram.ScramHash;

/** Chooses how to log in: the strongest mechanism that a server offers and the credentials are fit for. */
public final class ClientMechanisms {
  /** For messages: what a password can be used with. */
  public static final String FOR_PASSWORDS = "SCRAM, CRAM-MD5, PLAIN or LOGIN";

  /** For messages: what a token can be used with. */
  public static final String FOR_TOKENS = "OAUTHBEARER or XOAUTH2";

  // RFC 7677 §4 prefers SHA-256 to SHA-1; SHA-512 is stronger than clients need.
  private static final List<ScramHash> SCRAM =
      List.of(ScramHash.SHA_256, ScramHash.SHA_512, ScramHash.SHA_1);

  private ClientMechanisms() {}

  /**
   * By a password.
   *
   * @param offered mechanism names in upper case
   * @param revealing whether the password itself may be sent, or a digest that a dictionary opens soon
   */
  public static Optional<ClientExchange> withPassword(
      Collection<String> offered, String user, String password, boolean revealing) {
    for (ScramHash hash : SCRAM) {
      if (offered.contains(hash.mechanism())) {
        return Optional.of(new ScramClient(hash, user, password));
      }
    }
    if (!revealing) {
      return Optional.empty();
    }
    if (offered.contains(CramMd5Client.NAME)) {
      return Optional.of(new CramMd5Client(user, password));
    }
    if (offered.contains(PlainClient.NAME)) {
      return Optional.of(new PlainClient(user, password));
    }
    return offered.contains(LoginClient.NAME)
        ? Optional.of(new LoginClient(user, password))
        : Optional.empty();
  }

  /** By a bearer token, which is to be sent under TLS only. */
  public static Optional<ClientExchange> withToken(
      Collection<String> offered, String user, String token) {
    return List.of(BearerClient.oauthBearer(user, token), BearerClient.xoauth2(user, token))
        .stream()
        .filter(exchange -> offered.contains(exchange.mechanism()))
        .<ClientExchange>map(exchange -> exchange)
        .findFirst();
  }
}
