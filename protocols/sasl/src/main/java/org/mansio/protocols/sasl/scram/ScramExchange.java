package org.mansio.protocols.sasl.scram;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.ActingAs;
import org.mansio.protocols.sasl.Digests;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.directory.ScramCredentials;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslStep;

/** The server's side of one SCRAM exchange (RFC 5802 §5). */
final class ScramExchange implements SaslMechanism.SaslExchange {
  /** RFC 9266 §3 for TLS 1.3, RFC 5929 §4 for clients that know only that. */
  static final List<String> BINDINGS = List.of("tls-exporter", "tls-server-end-point");

  private final ScramHash hash;
  private final boolean plus;
  private final DecoySalt decoys;
  private final String serverNonce;
  private final SaslMechanism.Context context;
  private @Nullable Asked asked;

  /**
   * What was said in the first round.
   *
   * @param verifier empty for a user who has none; the exchange goes on as if there were one
   */
  private record Asked(
      ClientFirst first, byte[] binding, String serverFirst, Optional<ScramCredentials> verifier) {}

  ScramExchange(
      ScramHash hash,
      boolean plus,
      DecoySalt decoys,
      String serverNonce,
      SaslMechanism.Context context) {
    this.hash = hash;
    this.plus = plus;
    this.decoys = decoys;
    this.serverNonce = serverNonce;
    this.context = context;
  }

  @Override
  public boolean clientFirst() {
    return true;
  }

  @Override
  public SaslStep next(byte[] response) {
    Optional<String> text = SaslText.decode(response);
    if (text.isEmpty()) {
      return new SaslStep.Malformed("not UTF-8");
    }
    Asked known = asked;
    if (known == null) {
      return ClientFirst.parse(text.get())
          .map(this::challenge)
          .orElseGet(() -> new SaslStep.Malformed("not a client-first-message"));
    }
    return ClientFinal.parse(text.get())
        .map(last -> check(known, last))
        .orElseGet(() -> new SaslStep.Malformed("not a client-final-message"));
  }

  private SaslStep challenge(ClientFirst first) {
    Optional<byte[]> binding = binding(first);
    if (binding.isEmpty()) {
      return new SaslStep.Rejected(
          Optional.of(first.user()), "channel binding doesn't fit: " + first.header());
    }
    Optional<ScramCredentials> verifier = context.users().scram(first.user(), hash.label());
    byte[] salt = verifier
        .map(ScramCredentials::salt)
        .orElseGet(() -> decoys.of(canonical(first.user()), hash));
    int iterations = verifier
        .map(ScramCredentials::iterations)
        .orElseGet(() -> context.users().scramIterations());
    String message = "r=" + first.nonce() + serverNonce + ",s="
        + Base64.getEncoder().encodeToString(salt) + ",i=" + iterations;
    asked = new Asked(first, binding.get(), message, verifier);
    return new SaslStep.Challenge(Digests.octets(message));
  }

  /** All forms of a name get the same decoy, as all forms of a real one get the same salt. */
  private String canonical(String login) {
    return context.users().addressOf(login).map(MailAddress::toString).orElse(login);
  }

  /** The octets that the final message has to repeat; empty when the client may not go on like this. */
  private Optional<byte[]> binding(ClientFirst first) {
    byte[] header = Digests.octets(first.header());
    return switch (first.flag()) {
      case 'p' ->
        plus && BINDINGS.contains(first.binding())
            ? context.channelBinding(first.binding()).map(data -> join(header, data))
            : Optional.empty();
      // RFC 5802 §6: we did offer -PLUS, so somebody in between took it out of the list.
      case 'y' ->
        plus || context.offered().contains(hash.mechanism() + ScramMechanism.PLUS)
            ? Optional.empty()
            : Optional.of(header);
      default -> plus ? Optional.empty() : Optional.of(header);
    };
  }

  private SaslStep check(Asked known, ClientFinal last) {
    String login = known.first().user();
    if (!last.nonce().equals(known.first().nonce() + serverNonce)) {
      return rejected(login, "a nonce that isn't ours, for ");
    }
    if (!MessageDigest.isEqual(last.binding(), known.binding())) {
      return rejected(login, "another channel was bound, for ");
    }
    String signed = known.first().bare() + "," + known.serverFirst() + "," + last.withoutProof();
    byte[] storedKey =
        known.verifier().map(ScramCredentials::storedKey).orElseGet(() -> new byte[hash.octets()]);
    if (last.proof().length != hash.octets()) {
      return rejected(login, "a proof of another length, for ");
    }
    byte[] clientKey = ScramHash.xor(last.proof(), hash.hmac(storedKey, signed));
    boolean right = MessageDigest.isEqual(hash.hash(clientKey), storedKey);
    if (!right || known.verifier().isEmpty()) {
      return rejected(
          login, known.verifier().isPresent() ? "wrong password for " : "no verifier for ");
    }
    byte[] signature = hash.hmac(known.verifier().get().serverKey(), signed);
    String serverFinal = "v=" + Base64.getEncoder().encodeToString(signature);
    return switch (ActingAs.check(
        context.users(), known.verifier().get().user(), known.first().identity())) {
      case SaslStep.Success success ->
        new SaslStep.Success(success.user(), Optional.of(Digests.octets(serverFinal)));
      case SaslStep other -> other;
    };
  }

  private static SaslStep rejected(String login, String reason) {
    return new SaslStep.Rejected(Optional.of(login), reason + SaslText.shown(login));
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }
}
