package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.mansio.protocols.sasl.client.ClientExchange;
import org.mansio.protocols.sasl.client.ClientMechanisms;
import org.mansio.protocols.sasl.client.UntrustedServerException;

/** AUTH (RFC 4954 §4) on the client side: one login by the strongest mechanism that there is. */
final class Login {
  private static final int MORE = 334;
  // No mechanism has more; a peer that went on for ever would keep the connection.
  private static final int MAX_STEPS = 16;
  // With base64 and the verb it has to fit into the 12,288 octets of RFC 4954 §4.
  private static final int MAX_TOKEN = 8192;

  private final String user;
  private final ClientExchange exchange;

  /** There is no login to be had; the message says why, without secrets. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  /** Sends a line and gives the reply. */
  @FunctionalInterface
  interface Line {
    Reply send(String line) throws IOException, InterruptedException;
  }

  private Login(String user, ClientExchange exchange) {
    this.user = user;
    this.exchange = exchange;
  }

  /**
   * Chooses the mechanism.
   *
   * @param offered by the peer
   * @param revealing whether a password or token may be sent
   */
  static Login of(Credentials credentials, List<String> offered, boolean revealing) throws Failure {
    String user = credentials.user();
    Optional<ClientExchange> chosen = switch (credentials.secret()) {
      case Credentials.Secret.Password(String password) ->
        ClientMechanisms.withPassword(offered, user, password, revealing);
      case Credentials.Secret.TokenFile(Path file) ->
        revealing ? ClientMechanisms.withToken(offered, user, token(file)) : Optional.empty();
    };
    if (chosen.isEmpty()) {
      throw new Failure(
          revealing
              ? "this host offers no AUTH mechanism that fits; what a password goes with is "
                  + ClientMechanisms.FOR_PASSWORDS + ", a token " + ClientMechanisms.FOR_TOKENS
              : "the password isn't sent without TLS, which this host doesn't give; see startTLS");
    }
    return new Login(user, chosen.get());
  }

  private static String token(Path file) throws Failure {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_TOKEN + 1);
      String token = new String(octets, StandardCharsets.US_ASCII).strip();
      // RFC 6750 §2.1
      if (octets.length <= MAX_TOKEN && token.matches("[A-Za-z0-9._~+/-]+=*")) {
        return token;
      }
    } catch (IOException e) {
      throw new Failure("token file " + file + " can't be read: " + e.getMessage());
    }
    throw new Failure("token file " + file + " holds no bearer token");
  }

  void perform(Line line) throws Failure, IOException, InterruptedException {
    // RFC 4954 §4: a response of no octets is "=".
    String initial = exchange
        .initial()
        .map(octets -> octets.length == 0 ? " =" : " " + base64(octets))
        .orElse("");
    Reply reply = line.send("AUTH " + exchange.mechanism() + initial);
    for (int step = 0; reply.code() == MORE; step++) {
      reply = line.send(answer(line, reply, step));
    }
    if (!reply.isPositive()) {
      throw new Failure(
          "login of " + user + " by " + exchange.mechanism() + " failed: " + reply.text());
    }
    if (!exchange.isComplete()) {
      throw new Failure("this host let " + user + " in without proving that it knows the password");
    }
  }

  private String answer(Line line, Reply challenge, int step)
      throws Failure, IOException, InterruptedException {
    String trouble;
    try {
      if (step < MAX_STEPS) {
        return base64(exchange.respond(
            Base64.getDecoder().decode(challenge.lines().getFirst().strip())));
      }
      trouble = "its challenges don't end";
    } catch (IllegalArgumentException e) {
      trouble = "a challenge isn't base64";
    } catch (UntrustedServerException e) {
      trouble = String.valueOf(e.getMessage());
    }
    // RFC 4954 §4: this ends the exchange; what the peer says to it changes nothing.
    line.send("*");
    throw new Failure(
        "login of " + user + " by " + exchange.mechanism() + " broken off: " + trouble);
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
