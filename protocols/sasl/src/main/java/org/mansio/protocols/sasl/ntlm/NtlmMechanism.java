package org.mansio.protocols.sasl.ntlm;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.directory.SharedSecret;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;

/**
 * NTLM (MS-NLMP, carried as MS-SMTPNTLM says): NTLMv2, and NTLMv1 where the operator allows it. Old clients ask for it by
 * MSN too.
 */
public final class NtlmMechanism implements SaslMechanism {
  private static final String NAME = "NTLM";
  private static final int NEGOTIATE = 1;
  private static final int NEGOTIATE_FIXED = 16;
  private static final int FLAGS_AT = 12;
  private static final int CHALLENGE_OCTETS = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  static final Setting<String> DOMAIN = Setting.text(
      "domain",
      "The NetBIOS domain name that clients are told. Not set: the host name's first part in upper case. Users log in by"
          + " address, also one taken apart into user and domain, or by the local part of the directory's default domain,"
          + " whatever domain they name.");

  static final Setting<Boolean> ALLOW_V1 = Setting.flag(
          "allowV1",
          "Takes NTLMv1 as well, for programs older than NTLMv2. Who overhears one such login finds out the password's key"
              + " within a day, whatever the password; so only where those programs use TLS, or the network is your own.")
      .defaultsTo("false");

  private final Optional<String> domain;
  private final boolean allowV1;
  private final Supplier<byte[]> challenges;

  /** @param challenges make 8 octets each */
  NtlmMechanism(Optional<String> domain, boolean allowV1, Supplier<byte[]> challenges) {
    this.domain = domain;
    this.allowV1 = allowV1;
    this.challenges = challenges;
  }

  public static SaslMechanismFactory factory() {
    return new MechanismFactory(
        NAME,
        "For old Microsoft programs: NTLMv2, and NTLMv1 if allowed. Only for users whose password is kept by mansioctl user passwd"
            + " --legacy-secrets.",
        false,
        SettingSchema.of(DOMAIN, ALLOW_V1),
        (settings, services) -> new NtlmMechanism(
            settings.find(DOMAIN), settings.get(ALLOW_V1), NtlmMechanism::challenge));
  }

  private static byte[] challenge() {
    byte[] octets = new byte[CHALLENGE_OCTETS];
    RANDOM.nextBytes(octets);
    return octets;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> aliases() {
    return List.of("MSN");
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

  /** @param message as it was sent */
  private record Asked(byte[] negotiate, byte[] challenge, byte[] message) {}

  private final class Exchange implements SaslExchange {
    private final Context context;
    private @Nullable Asked asked;

    Exchange(Context context) {
      this.context = context;
    }

    @Override
    public boolean clientFirst() {
      return true;
    }

    @Override
    public SaslStep next(byte[] response) {
      Asked known = asked;
      try {
        return known == null
            ? challenge(response)
            : check(known, AuthenticateMessage.parse(response));
      } catch (MessageFields.Malformed e) {
        return new SaslStep.Malformed(String.valueOf(e.getMessage()));
      }
    }

    private SaslStep challenge(byte[] negotiate) throws MessageFields.Malformed {
      int wanted = MessageFields.of(negotiate, NEGOTIATE, NEGOTIATE_FIXED).number(FLAGS_AT);
      String host = context.serverName();
      byte[] challenge = challenges.get();
      int flags = wanted & NtlmFlags.SUPPORTED
          | NtlmFlags.NTLM
          | NtlmFlags.TARGET_INFO
          | NtlmFlags.TARGET_TYPE_SERVER;
      byte[] message = new ChallengeMessage(
              flags, challenge, domain.orElseGet(() -> firstLabel(host)), host)
          .octets();
      asked = new Asked(negotiate, challenge, message);
      return new SaslStep.Challenge(message);
    }

    private SaslStep check(Asked known, AuthenticateMessage message) {
      String login = message.user();
      if (login.isEmpty()) {
        return new SaslStep.Rejected("an anonymous login");
      }
      if (message.isV1() && !allowV1) {
        // Says nothing about the password, so it doesn't count against the name.
        return new SaslStep.Rejected(
            "NTLMv1 from " + SaslText.shown(login) + ", which allowV1 would let in");
      }
      Optional<SharedSecret> secret = secret(login, message.domain());
      String password = secret.map(SharedSecret::password).orElse("");
      return message.isV1()
          ? checkV1(known, message, secret, password)
          : checkV2(known, message, secret, password);
    }

    /** Some clients, GNU's for one, take an address apart at the @ into user and domain. */
    private Optional<SharedSecret> secret(String login, String named) {
      UserDirectory users = context.users();
      return login.indexOf('@') >= 0 || named.isEmpty()
          ? users.sharedSecret(login)
          : users.sharedSecret(login + "@" + named).or(() -> users.sharedSecret(login));
    }

    /** No integrity code goes with NTLMv1: its session keys don't deserve the name. */
    private SaslStep checkV1(
        Asked known, AuthenticateMessage message, Optional<SharedSecret> secret, String password) {
      byte[] expected = NtlmV1.response(password, known.challenge(), message);
      return MessageDigest.isEqual(expected, message.response()) && secret.isPresent()
          ? new SaslStep.Success(secret.get().user())
          : wrong(message.user(), secret.isPresent());
    }

    private SaslStep checkV2(
        Asked known, AuthenticateMessage message, Optional<SharedSecret> secret, String password) {
      String login = message.user();
      byte[] key = NtlmV2.key(login, message.domain(), password);
      byte[] proof = NtlmV2.proof(key, known.challenge(), message.blob());
      if (!MessageDigest.isEqual(proof, message.proof()) || secret.isEmpty()) {
        return wrong(login, secret.isPresent());
      }
      return isWhole(known, message, NtlmV2.sessionBaseKey(key, proof))
          ? new SaslStep.Success(secret.get().user())
          : new SaslStep.Rejected(
              Optional.of(login), "a changed message from " + SaslText.shown(login));
    }

    private static SaslStep wrong(String login, boolean hasSecret) {
      String why = hasSecret ? "wrong password for " : "no secret is kept for ";
      return new SaslStep.Rejected(Optional.of(login), why + SaslText.shown(login));
    }

    /** MS-NLMP §3.2.5.1.2: where there is an integrity code, nothing of the three messages may have been changed. */
    private boolean isWhole(Asked known, AuthenticateMessage message, byte[] baseKey) {
      if (!message.hasIntegrityCode()) {
        return true;
      }
      boolean exchanged = (message.flags() & NtlmFlags.KEY_EXCHANGE) != 0
          && message.sessionKey().length == NtlmV2.KEY_OCTETS;
      byte[] sessionKey = exchanged ? NtlmV2.decrypt(baseKey, message.sessionKey()) : baseKey;
      byte[] expected = NtlmV2.integrityCode(
          sessionKey, known.negotiate(), known.message(), message.withoutIntegrityCode());
      return MessageDigest.isEqual(expected, message.integrityCode());
    }
  }

  private static String firstLabel(String host) {
    return host.replaceFirst("\\..*", "").toUpperCase(Locale.ROOT);
  }
}
