package org.mansio.protocols.sasl.scram;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.settings.SettingSchema;

/** SCRAM with one hash function, without or with channel binding (RFC 5802 §6). */
public final class ScramMechanism implements SaslMechanism {
  static final String PLUS = "-PLUS";
  // RFC 5802 §7 wants it unpredictable; 18 octets are 24 characters.
  private static final int NONCE_OCTETS = 18;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ScramHash hash;
  private final boolean plus;
  private final DecoySalt decoys;
  private final Supplier<String> nonces;

  /** @param nonces makes the server's part of a nonce */
  ScramMechanism(ScramHash hash, boolean plus, DecoySalt decoys, Supplier<String> nonces) {
    this.hash = hash;
    this.plus = plus;
    this.decoys = decoys;
    this.nonces = nonces;
  }

  /** All of the family, those to be preferred first: SHA-256 is what clients have; SHA-512 is no registered mechanism yet. */
  public static List<SaslMechanismFactory> factories() {
    List<SaslMechanismFactory> factories = new ArrayList<>();
    for (ScramHash hash : List.of(ScramHash.SHA_256, ScramHash.SHA_512, ScramHash.SHA_1)) {
      for (boolean plus : new boolean[] {true, false}) {
        factories.add(new MechanismFactory(
            hash.mechanism() + (plus ? PLUS : ""),
            plus
                ? "Salted challenge and response, bound to the TLS connection by tls-exporter or tls-server-end-point."
                : "Salted challenge and response: the password isn't sent, and the server proves itself.",
            true,
            SettingSchema.none(),
            (settings, services) -> new ScramMechanism(
                hash,
                plus,
                new DecoySalt(keyFile(services.environment().data())),
                ScramMechanism::nonce)));
      }
    }
    return List.copyOf(factories);
  }

  private static Path keyFile(Path data) {
    return data.resolve("sasl").resolve("decoy.key");
  }

  static String nonce() {
    byte[] octets = new byte[NONCE_OCTETS];
    RANDOM.nextBytes(octets);
    return Base64.getEncoder().encodeToString(octets);
  }

  @Override
  public String name() {
    return hash.mechanism() + (plus ? PLUS : "");
  }

  @Override
  public Strength strength() {
    return plus ? Strength.BOUND_DIGEST : Strength.SALTED_DIGEST;
  }

  @Override
  public boolean needsConfidentiality() {
    return false;
  }

  /** RFC 5802 §6: -PLUS is offered where there is something to bind to. */
  @Override
  public boolean isUsable(Context context) {
    return !plus
        || ScramExchange.BINDINGS.stream()
            .anyMatch(type -> context.channelBinding(type).isPresent());
  }

  @Override
  public SaslExchange start(Context context) {
    return new ScramExchange(hash, plus, decoys, nonces.get(), context);
  }
}
