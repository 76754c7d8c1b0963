package org.mansio.protocols.sasl.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.Digests;
import org.mansio.protocols.sasl.scram.ScramHash;
import org.mansio.protocols.sasl.scram.ScramProof;
import org.mansio.spi.sasl.SaslPrep;

/** SCRAM without channel binding (RFC 5802 §5); the server must prove that it knows the user's verifier. */
final class ScramClient implements ClientExchange {
  // "n,,": the client has no channel binding, so a missing -PLUS is no sign of an attack.
  private static final String HEADER = "n,,";
  // RFC 7677 §4; fewer would help whoever stands in between to try passwords.
  private static final int MIN_ITERATIONS = 4096;
  // A server must not be able to keep us computing.
  private static final int MAX_ITERATIONS = 10_000_000;

  private final ScramHash hash;
  private final String password;
  private final String nonce;
  private final String bare;
  private byte @Nullable [] expected;
  private boolean proven;

  ScramClient(ScramHash hash, String user, String password) {
    this(hash, user, password, ScramProof.nonce());
  }

  ScramClient(ScramHash hash, String user, String password, String nonce) {
    this.hash = hash;
    this.password = SaslPrep.prepare(password).orElse(password);
    this.nonce = nonce;
    this.bare = "n=" + ScramProof.saslname(SaslPrep.prepare(user).orElse(user)) + ",r=" + nonce;
  }

  @Override
  public String mechanism() {
    return hash.mechanism();
  }

  @Override
  public Optional<byte[]> initial() {
    return Optional.of(Digests.octets(HEADER + bare));
  }

  @Override
  public byte[] respond(byte[] challenge) throws UntrustedServerException {
    String text = new String(challenge, StandardCharsets.UTF_8);
    byte[] signature = expected;
    if (signature == null) {
      return prove(text);
    }
    if (!text.startsWith("v=") || !MessageDigest.isEqual(signature, base64(text.substring(2)))) {
      throw new UntrustedServerException("the server doesn't know the user: " + shown(text));
    }
    proven = true;
    return new byte[0];
  }

  private byte[] prove(String serverFirst) throws UntrustedServerException {
    String[] parts = serverFirst.split(",", -1);
    if (parts.length < 3
        || !parts[0].startsWith("r=" + nonce)
        || parts[0].length() == 2 + nonce.length()
        || !parts[1].startsWith("s=")
        || !parts[2].matches("i=[0-9]{1,9}")) {
      throw new UntrustedServerException("not a first message of a server: " + shown(serverFirst));
    }
    int iterations = Integer.parseInt(parts[2].substring(2));
    if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw new UntrustedServerException("the server wants " + iterations + " iterations");
    }
    String channel = Base64.getEncoder().encodeToString(Digests.octets(HEADER));
    String withoutProof = "c=" + channel + "," + parts[0];
    String signed = bare + "," + serverFirst + "," + withoutProof;
    ScramProof proof =
        ScramProof.of(hash, password, base64(parts[1].substring(2)), iterations, signed);
    expected = proof.serverSignature();
    return Digests.octets(
        withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof.clientProof()));
  }

  private static byte[] base64(String text) throws UntrustedServerException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new UntrustedServerException("not base64: " + shown(text));
    }
  }

  private static String shown(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
  }

  @Override
  public boolean isComplete() {
    return proven;
  }
}
