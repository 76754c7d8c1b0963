package org.mansio.spi.mail;

import java.net.Inet6Address;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One reading of RFC 5321 §4.1.2 {@code Mailbox}, extended by RFC 6531 §3.3. Not thread-safe; used once. */
final class MailAddressParser {
  private static final String ATEXT_SPECIALS = "!#$%&'*+-/=?^_`{|}~";
  private static final Pattern LABEL =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
  // RFC 5321 §4.1.3: Snum, one to three digits up to 255.
  private static final String SNUM = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})";
  // Of an IPv6 address the characters only; an interface (%eth0) isn't among them.
  private static final Pattern LITERAL =
      Pattern.compile("\\[(?:" + SNUM + "(?:\\." + SNUM + "){3}|(?i:IPv6):([0-9A-Fa-f:.]{2,45}))]");

  private final String text;
  private int at;

  MailAddressParser(String text) {
    this.text = text;
  }

  MailAddress parse() throws InvalidAddressException {
    int octets = octets(text);
    rejectTooLong(octets);
    String localPart = text.startsWith("\"") ? quotedString() : dotString();
    if (octets(localPart) > MailAddress.MAX_LOCAL_PART) {
      throw new InvalidAddressException(
          "local part longer than " + MailAddress.MAX_LOCAL_PART + " octets");
    }
    if (at >= text.length() || text.charAt(at) != '@') {
      throw new InvalidAddressException(
          at >= text.length() ? "no domain" : "unexpected character at " + (at + 1));
    }
    String written = text.substring(at + 1);
    String domain = domain(written);
    // In ASCII, as it goes on from here, it may be longer.
    rejectTooLong(octets - octets(written) + domain.length());
    return new MailAddress(localPart, domain);
  }

  private static void rejectTooLong(int octets) throws InvalidAddressException {
    if (octets > MailAddress.MAX_MAILBOX) {
      throw new InvalidAddressException(
          "address longer than " + MailAddress.MAX_MAILBOX + " octets");
    }
  }

  static int octets(String part) {
    return part.getBytes(StandardCharsets.UTF_8).length;
  }

  private String dotString() throws InvalidAddressException {
    int start = at;
    boolean atomStart = true;
    while (at < text.length() && text.charAt(at) != '@') {
      char c = text.charAt(at);
      if (c == '.' ? atomStart : !isAtext(c)) {
        throw new InvalidAddressException("unexpected character at " + (at + 1));
      }
      atomStart = c == '.';
      at++;
    }
    if (atomStart) {
      throw new InvalidAddressException(
          at == start ? "no local part" : "local part ends with a dot");
    }
    rejectLoneSurrogates(text.substring(start, at));
    return text.substring(start, at);
  }

  private String quotedString() throws InvalidAddressException {
    StringBuilder content = new StringBuilder();
    at = 1;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '\\') {
        at++;
        c = at < text.length() ? text.charAt(at) : 0;
      }
      // qtextSMTP and quoted-pairSMTP are %d32-126; RFC 6531 adds UTF-8 beyond ASCII, but no
      // controls.
      if (Character.isISOControl(c)) {
        throw new InvalidAddressException("control character in quoted local part");
      }
      content.append(c);
      at++;
    }
    if (at >= text.length()) {
      throw new InvalidAddressException("quoted local part isn't closed");
    }
    at++;
    rejectLoneSurrogates(content);
    return content.toString();
  }

  private static void rejectLoneSurrogates(CharSequence part) throws InvalidAddressException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(part)) {
      throw new InvalidAddressException("not valid UTF-8");
    }
  }

  private static String domain(String text) throws InvalidAddressException {
    if (text.startsWith("[")) {
      Matcher literal = LITERAL.matcher(text);
      if (!literal.matches() || literal.group(1) != null && !isIpv6(literal.group(1))) {
        throw new InvalidAddressException("not an address literal");
      }
      return text.toLowerCase(Locale.ROOT).replace("[ipv6:", "[IPv6:");
    }
    String ascii = toAscii(text);
    if (ascii.isEmpty() || ascii.length() > MailAddress.MAX_DOMAIN) {
      throw new InvalidAddressException(
          ascii.isEmpty()
              ? "no domain"
              : "domain longer than " + MailAddress.MAX_DOMAIN + " octets");
    }
    for (String label : ascii.split("\\.", -1)) {
      if (!LABEL.matcher(label).matches()) {
        throw new InvalidAddressException("not a domain name");
      }
    }
    return ascii;
  }

  private static boolean isIpv6(String text) {
    try {
      Inet6Address.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String toAscii(String domain) throws InvalidAddressException {
    if (domain.chars().allMatch(c -> c < 128)) {
      return domain.toLowerCase(Locale.ROOT);
    }
    try {
      return InternationalName.toAscii(domain);
    } catch (IllegalArgumentException e) {
      throw new InvalidAddressException("not an internationalised domain name");
    }
  }

  static String quoteIfNeeded(String localPart) {
    boolean dotString = !localPart.isEmpty()
        && !localPart.startsWith(".")
        && !localPart.endsWith(".")
        && !localPart.contains("..")
        && localPart.chars().allMatch(c -> c == '.' || isAtext((char) c));
    return dotString
        ? localPart
        : '"' + localPart.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static boolean isAtext(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c >= 128 && !Character.isISOControl(c)
        || ATEXT_SPECIALS.indexOf(c) >= 0;
  }
}
