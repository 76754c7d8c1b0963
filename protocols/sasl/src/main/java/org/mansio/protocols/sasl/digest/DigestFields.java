package org.mansio.protocols.sasl.digest;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The directives of a DIGEST-MD5 message (RFC 2831 §7): {@code name=value} or {@code name="quoted value"}, separated by
 * commas.
 */
final class DigestFields {
  private final String text;
  private int at;

  private DigestFields(String text) {
    this.text = text;
  }

  /** The directives by lower-case name; empty when the text isn't such a list, or one stands twice. */
  static Optional<Map<String, String>> parse(String text) {
    DigestFields parser = new DigestFields(text);
    Map<String, String> fields = new HashMap<>();
    parser.skip();
    while (parser.at < text.length()) {
      String name = parser.token();
      parser.spaces();
      if (name.isEmpty() || !parser.take('=')) {
        return Optional.empty();
      }
      parser.spaces();
      Optional<String> value = parser.value();
      if (value.isEmpty()
          || fields.putIfAbsent(name.toLowerCase(Locale.ROOT), value.get()) != null) {
        return Optional.empty();
      }
      parser.spaces();
      if (parser.at < text.length() && text.charAt(parser.at) != ',') {
        return Optional.empty();
      }
      parser.skip();
    }
    return Optional.of(fields);
  }

  /** A value in quotes, with what needs it escaped (RFC 2616 §2.2). */
  static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private Optional<String> value() {
    if (!take('"')) {
      String token = token();
      return token.isEmpty() ? Optional.empty() : Optional.of(token);
    }
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return Optional.of(value.toString());
      }
      if (c == '\\') {
        if (at == text.length()) {
          return Optional.empty();
        }
        c = text.charAt(at++);
      }
      value.append(c);
    }
    return Optional.empty();
  }

  private String token() {
    int from = at;
    while (at < text.length() && isToken(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  /** RFC 2616 §2.2: neither control character, space nor separator; values of old clients hold slashes and colons too. */
  private static boolean isToken(char c) {
    return c > ' ' && c < 127 && ",=\"\\".indexOf(c) < 0;
  }

  private boolean take(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void spaces() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  /** White space and empty elements of the list. */
  private void skip() {
    while (at < text.length()
        && (text.charAt(at) == ',' || Character.isWhitespace(text.charAt(at)))) {
      at++;
    }
  }
}
