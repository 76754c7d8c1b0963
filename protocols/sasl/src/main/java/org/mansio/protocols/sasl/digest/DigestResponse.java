package org.mansio.protocols.sasl.digest;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.mansio.protocols.sasl.Digests;

/**
 * The response of a client (RFC 2831 §2.1.2), of which everything that the digest covers was found.
 *
 * @param realm empty when the client gave none
 * @param digest in hexadecimal
 * @param identity the authorisation identity; empty when there is none
 */
record DigestResponse(
    String username,
    String realm,
    String nonce,
    String cnonce,
    String count,
    String qop,
    String uri,
    String digest,
    Optional<String> identity) {

  private static final String MD5 = "MD5";
  private static final String AUTH = "auth";
  // RFC 2831 §2.1.2: 32 hexadecimal digits in lower case.
  private static final String HEX_DIGEST = "[0-9a-f]{32}";

  /** Empty when a directive that must be there isn't. */
  static Optional<DigestResponse> of(Map<String, String> fields) {
    String username = fields.getOrDefault("username", "");
    String nonce = fields.getOrDefault("nonce", "");
    String cnonce = fields.getOrDefault("cnonce", "");
    String count = fields.getOrDefault("nc", "");
    String uri = fields.getOrDefault("digest-uri", "");
    String digest = fields.getOrDefault("response", "");
    boolean complete = !username.isEmpty()
        && !nonce.isEmpty()
        && !cnonce.isEmpty()
        && !count.isEmpty()
        && !uri.isEmpty()
        && digest.matches(HEX_DIGEST);
    return complete
        ? Optional.of(new DigestResponse(
            username,
            fields.getOrDefault("realm", ""),
            nonce,
            cnonce,
            count,
            fields.getOrDefault("qop", AUTH),
            uri,
            digest,
            Optional.ofNullable(fields.get("authzid"))))
        : Optional.empty();
  }

  /** RFC 2831 §2.1.2.1: what {@code response} has to be. */
  String expected(String password) {
    return value(password, "AUTHENTICATE:" + uri);
  }

  /** RFC 2831 §2.1.3: what the server proves itself by. */
  String proof(String password) {
    return value(password, ":" + uri);
  }

  private String value(String password, String a2) {
    byte[] secret = Digests.digest(MD5, oldest(username, realm, password));
    String rest = ":" + nonce + ":" + cnonce + identity.map(id -> ":" + id).orElse("");
    String a1 = hex(Digests.digest(MD5, secret, Digests.octets(rest)));
    String all = String.join(
        ":", a1, nonce, count, cnonce, qop, hex(Digests.digest(MD5, Digests.octets(a2))));
    return hex(Digests.digest(MD5, Digests.octets(all)));
  }

  /** RFC 2831 §2.1.2.1: name, realm and password are taken as ISO 8859-1 if they all fit into it. */
  private static byte[] oldest(String username, String realm, String password) {
    String text = username + ":" + realm + ":" + password;
    boolean latin = text.chars().allMatch(c -> c < 256);
    return text.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }
}
