package org.mansio.protocols.sasl.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.ActingAs;
import org.mansio.protocols.sasl.Digests;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.directory.SharedSecret;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;

/** DIGEST-MD5 (RFC 2831) with {@code qop=auth}: no security layer, no subsequent authentication. */
public final class DigestMd5Mechanism implements SaslMechanism {
  private static final String NAME = "DIGEST-MD5";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_OCTETS = 24;
  // RFC 2831 §2.1.2: the client counts its requests with a nonce, and each of ours has one.
  private static final String FIRST = "00000001";
  // RFC 2831 §2.1.2: a response has less than 4096 octets.
  private static final int MAX_RESPONSE = 4096;

  private final Supplier<String> nonces;

  DigestMd5Mechanism() {
    this(DigestMd5Mechanism::nonce);
  }

  DigestMd5Mechanism(Supplier<String> nonces) {
    this.nonces = nonces;
  }

  public static SaslMechanismFactory factory() {
    return MechanismFactory.simple(
        NAME,
        "Challenge and response by MD5 with a proof of the server, for programs that have nothing better. Only for users"
            + " whose password is kept by mansioctl user passwd --legacy-secrets.",
        false,
        new DigestMd5Mechanism());
  }

  private static String nonce() {
    byte[] octets = new byte[NONCE_OCTETS];
    RANDOM.nextBytes(octets);
    return Base64.getEncoder().encodeToString(octets);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Strength strength() {
    return Strength.LEGACY_DIGEST;
  }

  @Override
  public boolean needsConfidentiality() {
    return false;
  }

  @Override
  public SaslExchange start(Context context) {
    return new Exchange(context);
  }

  private final class Exchange implements SaslExchange {
    private final Context context;
    private @Nullable String nonce;

    Exchange(Context context) {
      this.context = context;
    }

    @Override
    public boolean clientFirst() {
      return false;
    }

    @Override
    public SaslStep next(byte[] response) {
      String asked = nonce;
      if (asked == null) {
        asked = nonces.get();
        nonce = asked;
        String challenge = "realm=" + DigestFields.quoted(context.serverName()) + ",nonce="
            + DigestFields.quoted(asked) + ",qop=\"auth\",charset=utf-8,algorithm=md5-sess";
        return new SaslStep.Challenge(Digests.octets(challenge));
      }
      if (response.length >= MAX_RESPONSE) {
        return new SaslStep.Malformed("a response of " + response.length + " octets");
      }
      Optional<DigestResponse> read =
          SaslText.decode(response).flatMap(DigestFields::parse).flatMap(DigestResponse::of);
      return read.isEmpty()
          ? new SaslStep.Malformed("not a digest response")
          : check(asked, read.get());
    }

    private SaslStep check(String asked, DigestResponse response) {
      // RFC 2831 §2.1.2: the service must be ours. The host is what the client calls us by, which
      // may be any of our names.
      boolean ours = response
          .uri()
          .toLowerCase(Locale.ROOT)
          .startsWith(context.service().toLowerCase(Locale.ROOT) + "/");
      boolean fits = response.nonce().equals(asked)
          && response.count().equals(FIRST)
          && response.qop().equals("auth");
      if (!ours || !fits) {
        return new SaslStep.Rejected(
            Optional.of(response.username()), "a response to another challenge");
      }
      Optional<SharedSecret> secret = context.users().sharedSecret(response.username());
      String password = secret.map(SharedSecret::password).orElse("");
      boolean right =
          MessageDigest.isEqual(ascii(response.expected(password)), ascii(response.digest()));
      if (!right || secret.isEmpty()) {
        return SharedSecrets.rejected(response.username(), secret.isPresent());
      }
      return switch (ActingAs.check(
          context.users(), secret.get().user(), response.identity().orElse(""))) {
        case SaslStep.Success success ->
          new SaslStep.Success(
              success.user(), Optional.of(ascii("rspauth=" + response.proof(password))));
        case SaslStep other -> other;
      };
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
