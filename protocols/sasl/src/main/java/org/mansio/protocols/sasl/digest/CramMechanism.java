package org.mansio.protocols.sasl.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.Digests;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.directory.SharedSecret;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;

/**
 * CRAM-MD5 (RFC 2195): the client answers a challenge by its HMAC-MD5 under the password. CRAM-SHA1 is the same by SHA-1; no
 * document registers it, but some clients have it.
 */
public final class CramMechanism implements SaslMechanism {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** By which digest the answer is made. */
  public enum Hash {
    MD5("CRAM-MD5", "HmacMD5"),
    SHA1("CRAM-SHA1", "HmacSHA1");

    private final String mechanism;
    private final String mac;

    Hash(String mechanism, String mac) {
      this.mechanism = mechanism;
      this.mac = mac;
    }
  }

  private final Hash hash;
  private final Function<String, String> challenges;

  CramMechanism(Hash hash) {
    this(hash, CramMechanism::challenge);
  }

  /** @param challenges makes a challenge for a host name */
  CramMechanism(Hash hash, Function<String, String> challenges) {
    this.hash = hash;
    this.challenges = challenges;
  }

  /** One for each hash, the stronger first. */
  public static List<SaslMechanismFactory> factories() {
    return List.of(factory(Hash.SHA1), factory(Hash.MD5));
  }

  private static SaslMechanismFactory factory(Hash hash) {
    return MechanismFactory.simple(
        hash.mechanism,
        "Challenge and response by " + hash + ", for programs that have nothing better. Only for users whose password is"
            + " kept by mansioctl user passwd --legacy-secrets.",
        false,
        new CramMechanism(hash));
  }

  /** RFC 2195 §2: fresh, in the form of a Message-ID. */
  private static String challenge(String host) {
    return "<" + Long.toUnsignedString(RANDOM.nextLong()) + "."
        + Long.toUnsignedString(RANDOM.nextLong()) + "@" + host + ">";
  }

  /** The HMAC of a challenge, in hexadecimal as the client sends it. */
  public static String digest(Hash hash, String password, byte[] challenge) {
    return HexFormat.of().formatHex(Digests.hmac(hash.mac, Digests.octets(password), challenge));
  }

  @Override
  public String name() {
    return hash.mechanism;
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
    private byte @Nullable [] challenge;

    Exchange(Context context) {
      this.context = context;
    }

    @Override
    public boolean clientFirst() {
      return false;
    }

    @Override
    public SaslStep next(byte[] response) {
      byte[] asked = challenge;
      if (asked == null) {
        asked = Digests.octets(challenges.apply(context.serverName()));
        challenge = asked;
        return new SaslStep.Challenge(asked);
      }
      Optional<String> text = SaslText.decode(response, 0, response.length);
      // The name may hold spaces, the digest doesn't.
      int space = text.map(t -> t.lastIndexOf(' ')).orElse(-1);
      if (text.isEmpty() || space <= 0) {
        return new SaslStep.Malformed("not a name and a digest");
      }
      return check(
          asked,
          text.get().substring(0, space),
          text.get().substring(space + 1).toLowerCase(Locale.ROOT));
    }

    private SaslStep check(byte[] asked, String login, String given) {
      Optional<SharedSecret> secret = context.users().sharedSecret(login);
      String expected = digest(hash, secret.map(SharedSecret::password).orElse(""), asked);
      boolean right = MessageDigest.isEqual(
          expected.getBytes(StandardCharsets.US_ASCII), Digests.octets(given));
      return right && secret.isPresent()
          ? new SaslStep.Success(secret.get().user())
          : SharedSecrets.rejected(login, secret.isPresent());
    }
  }
}
