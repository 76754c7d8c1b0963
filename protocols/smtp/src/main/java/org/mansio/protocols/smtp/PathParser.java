package org.mansio.protocols.smtp;

import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;

/**
 * Reads {@code FROM:<path> parameters} and {@code TO:<path> parameters} (RFC 5321 §4.1.1.2, §4.1.1.3, §4.1.2). Strict about
 * brackets and what stands in them; tolerant about spaces behind the colon, which many clients send.
 */
final class PathParser {
  private PathParser() {}

  /** @param keyword {@code FROM:} or {@code TO:} */
  static ParsedPath parse(String argument, String keyword) {
    if (!argument.regionMatches(true, 0, keyword, 0, keyword.length())) {
      return new ParsedPath.Malformed("Expected " + keyword + "<address>");
    }
    int open = keyword.length();
    while (open < argument.length() && argument.charAt(open) == ' ') {
      open++;
    }
    if (open == argument.length() || argument.charAt(open) != '<') {
      return new ParsedPath.Malformed("Expected " + keyword + "<address>");
    }
    int close = closingBracket(argument, open + 1);
    if (close < 0) {
      return new ParsedPath.Malformed("No closing bracket");
    }
    String rest = argument.substring(close + 1);
    if (!rest.isEmpty() && rest.charAt(0) != ' ') {
      return new ParsedPath.Malformed("Expected a space behind the address");
    }
    return path(argument.substring(open + 1, close), Blanks.strip(rest));
  }

  private static int closingBracket(String text, int from) {
    boolean quoted = false;
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quoted && c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '>' && !quoted) {
        return at;
      }
    }
    return -1;
  }

  private static ParsedPath path(String text, String parameters) {
    if (text.isEmpty()) {
      return new ParsedPath.Null(parameters);
    }
    if (text.equalsIgnoreCase("postmaster")) {
      return new ParsedPath.Postmaster(parameters);
    }
    try {
      return new ParsedPath.Mailbox(MailAddress.parse(withoutRoute(text)), parameters);
    } catch (InvalidAddressException e) {
      return new ParsedPath.Malformed("Bad address: " + e.getMessage());
    }
  }

  /** RFC 5321 §4.1.1.3, appendix C: a source route is taken and ignored. */
  private static String withoutRoute(String text) throws InvalidAddressException {
    if (text.charAt(0) != '@') {
      return text;
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new InvalidAddressException("source route without mailbox");
    }
    for (String hop : text.substring(0, colon).split(",", -1)) {
      if (!hop.startsWith("@")) {
        throw new InvalidAddressException("not a source route");
      }
      MailAddress.parse("hop" + hop);
    }
    return text.substring(colon + 1);
  }
}
