package org.mansio.dist.interop;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Signs access tokens with RS256 (RFC 7519, RFC 7518 §3.3) by a key of its own. */
final class TokenIssuer {
  static final String ISSUER = "https://login.example.org";
  static final String AUDIENCE = "mail.example.org";
  private static final String KEY_ID = "test";
  private static final int KEY_BITS = 2048;
  private static final Duration LIFETIME = Duration.ofHours(1);

  private final KeyPair keys;

  TokenIssuer() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(KEY_BITS);
    keys = generator.generateKeyPair();
  }

  /** The public key as a set (RFC 7517 §5). */
  String keySet() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"" + KEY_ID + "\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
        + encoded(unsigned(key.getModulus())) + "\",\"e\":\""
        + encoded(unsigned(key.getPublicExponent())) + "\"}]}";
  }

  /** A token for a user, valid from now on. */
  String token(String address) throws GeneralSecurityException {
    String head = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"" + KEY_ID + "\"}";
    Instant now = Instant.now();
    String claims = "{\"iss\":\"" + ISSUER + "\",\"aud\":\"" + AUDIENCE + "\",\"sub\":\"1\",\"email\":\""
        + address + "\",\"iat\":" + now.getEpochSecond() + ",\"exp\":"
        + now.plus(LIFETIME).getEpochSecond() + "}";
    String signed = encoded(head.getBytes(StandardCharsets.UTF_8)) + "."
        + encoded(claims.getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keys.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + encoded(signature.sign());
  }

  /** RFC 7518 §2: big-endian without a leading zero octet. */
  private static byte[] unsigned(BigInteger number) {
    byte[] octets = number.toByteArray();
    return octets[0] == 0 ? java.util.Arrays.copyOfRange(octets, 1, octets.length) : octets;
  }

  private static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
