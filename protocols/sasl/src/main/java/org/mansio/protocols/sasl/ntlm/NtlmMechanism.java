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
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;

/**
 * NTLM (MS-NLMP, carried as MS-SMTPNTLM says): NTLMv2, and NTLMv1 where the operator wants it. Old clients ask for it by
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
          + " address, or by the local part of the directory's default domain, whatever domain they name.");

  static final Setting<Boolean> VERSION_1 = Setting.flag(
          "allowV1",
          "Whether clients that know only NTLMv1 are let in too. Who hears such a login can compute the password's hash"
              + " from it, so only where all logins come under TLS.")
      .defaultsTo("false");

  private final Optional<String> domain;
  private final boolean version1;
  private final Supplier<byte[]> challenges;

  /**
   * The mechanism.
   *
   * @param version1 whether it takes NTLMv1
   * @param challenges make 8 octets each
   */
  NtlmMechanism(Optional<String> domain, boolean version1, Supplier<byte[]> challenges) {
    this.domain = domain;
    this.version1 = version1;
    this.challenges = challenges;
  }

  public static SaslMechanismFactory factory() {
    return new MechanismFactory(
        NAME,
        "NTLMv2, for old Microsoft programs. Only for users whose password is kept by mansioctl user passwd"
            + " --legacy-secrets.",
        false,
        SettingSchema.of(DOMAIN, VERSION_1),
        (settings, services) -> new NtlmMechanism(
            settings.find(DOMAIN), settings.get(VERSION_1), NtlmMechanism::challenge));
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
      if (message.isVersion1() && !version1) {
        return new SaslStep.Rejected("NTLMv1, which is off, from " + SaslText.shown(login));
      }
      Optional<SharedSecret> secret = context.users().sharedSecret(login);
      String password = secret.map(SharedSecret::password).orElse("");
      boolean right = message.isVersion1()
          ? NtlmV1.matches(message, password, known.challenge())
          : matches(known, message, password);
      if (right && secret.isPresent()) {
        return new SaslStep.Success(secret.get().user());
      }
      String why = secret.isPresent() ? "wrong password for " : "no secret is kept for ";
      return new SaslStep.Rejected(Optional.of(login), why + SaslText.shown(login));
    }

    private boolean matches(Asked known, AuthenticateMessage message, String password) {
      byte[] key = NtlmV2.key(message.user(), message.domain(), password);
      byte[] proof = NtlmV2.proof(key, known.challenge(), message.blob());
      return MessageDigest.isEqual(proof, message.proof())
          && isWhole(known, message, NtlmV2.sessionBaseKey(key, proof));
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
