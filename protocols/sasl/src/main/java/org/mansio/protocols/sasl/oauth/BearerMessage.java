package org.mansio.protocols.sasl.oauth;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The client's message of OAUTHBEARER (RFC 7628 §3.1) or XOAUTH2: pairs of key and value that end in U+0001.
 *
 * @param user who the client says it is, or wants to act as; empty when it says nothing
 * @param token empty when the client asks what it needs (RFC 7628 §3.2.2)
 */
record BearerMessage(String user, String token) {
  private static final String END = "\u0001";
  private static final String SCHEME = "bearer ";

  static Optional<BearerMessage> oauthBearer(String text) {
    int first = text.indexOf(',');
    int second = first < 0 ? -1 : text.indexOf(',', first + 1);
    int end = text.indexOf(END);
    if (second < 0 || end != second + 1) {
      return Optional.empty();
    }
    // RFC 7628 §3.1: there is no channel binding in it.
    String flag = text.substring(0, first);
    String acting = text.substring(first + 1, second);
    if (!flag.equals("n") && !flag.equals("y") || !acting.isEmpty() && !acting.startsWith("a=")) {
      return Optional.empty();
    }
    String name = acting.isEmpty() ? "" : acting.substring(2);
    // RFC 5801 §4: a saslname as in SCRAM.
    return pairs(text.substring(end + 1))
        .map(
            pairs -> new BearerMessage(name.replace("=2C", ",").replace("=3D", "="), token(pairs)));
  }

  static Optional<BearerMessage> xoauth2(String text) {
    return pairs(text)
        .filter(pairs -> pairs.containsKey("user"))
        .map(pairs -> new BearerMessage(pairs.getOrDefault("user", ""), token(pairs)));
  }

  /** Pairs, each with its end, and one more end behind all. */
  private static Optional<Map<String, String>> pairs(String text) {
    Map<String, String> pairs = new HashMap<>();
    int at = 0;
    while (!text.startsWith(END, at)) {
      int end = text.indexOf(END, at);
      int equals = text.indexOf('=', at);
      if (end < 0 || equals <= at || equals > end) {
        return Optional.empty();
      }
      if (pairs.putIfAbsent(text.substring(at, equals), text.substring(equals + 1, end)) != null) {
        return Optional.empty();
      }
      at = end + 1;
    }
    return at == text.length() - 1 ? Optional.of(pairs) : Optional.empty();
  }

  /** RFC 6750 §2.1; the scheme compares without case. */
  private static String token(Map<String, String> pairs) {
    String auth = pairs.getOrDefault("auth", "");
    return auth.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        ? auth.substring(SCHEME.length()).strip()
        : "";
  }
}
