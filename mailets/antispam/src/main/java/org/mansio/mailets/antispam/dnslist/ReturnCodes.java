package org.mansio.mailets.antispam.dnslist;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * Which addresses of a list's answer count: for each octet a set of numbers, {@code 127.0.[0..3].[2;4;6..8]}. Immutable.
 */
final class ReturnCodes {
  /**
   * RFC 5782 §2.3: entries are in 127.0.0.0/8. 127.255.255.0/24 is left out, with which lists say that they don't answer
   * this resolver.
   */
  static final ReturnCodes CONVENTIONAL =
      new ReturnCodes(List.of(range(127, 127), range(0, 254), range(0, 255), range(0, 255)));

  private static final int OCTETS = 4;
  private static final int MAX_OCTET = 255;
  private static final int LOOPBACK = 127;
  private static final Pattern OCTET = Pattern.compile("\\[[0-9.;]+]|[0-9]{1,3}");
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,3})(?:\\.\\.([0-9]{1,3}))?");

  private final List<BitSet> octets;

  private ReturnCodes(List<BitSet> octets) {
    this.octets = List.copyOf(octets);
  }

  static ReturnCodes parse(String text) throws InvalidSettingException {
    List<BitSet> octets = new ArrayList<>();
    Matcher matcher = OCTET.matcher(text);
    int at = 0;
    while (octets.size() < OCTETS && matcher.region(at, text.length()).lookingAt()) {
      octets.add(octet(matcher.group(), text));
      at = matcher.end();
      if (octets.size() < OCTETS && at < text.length() && text.charAt(at) == '.') {
        at++;
      }
    }
    if (octets.size() < OCTETS || at < text.length()) {
      throw new InvalidSettingException(
          "'" + text + "' isn't four octets such as 127.0.0.2 or 127.0.[0..3].[2;4;6..8]");
    }
    if (!octets.getFirst().get(LOOPBACK) || octets.getFirst().cardinality() > 1) {
      throw new InvalidSettingException(
          "'" + text + "' doesn't begin with 127, as all answers of lists do (RFC 5782 §2.3)");
    }
    return new ReturnCodes(octets);
  }

  private static BitSet octet(String text, String whole) throws InvalidSettingException {
    String inner = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    BitSet result = new BitSet();
    for (String part : inner.split(";", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        throw new InvalidSettingException(
            "'" + part + "' in '" + whole + "' isn't a number or a range such as 2..11");
      }
      int from = Integer.parseInt(range.group(1));
      int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
      if (from > to || to > MAX_OCTET) {
        throw new InvalidSettingException(
            "'" + part + "' in '" + whole + "' isn't within 0 to 255, or ends before it begins");
      }
      result.or(range(from, to));
    }
    return result;
  }

  private static BitSet range(int from, int to) {
    BitSet result = new BitSet();
    result.set(from, to + 1);
    return result;
  }

  boolean contain(InetAddress address) {
    byte[] given = address.getAddress();
    if (given.length != OCTETS) {
      return false;
    }
    for (int i = 0; i < OCTETS; i++) {
      if (!octets.get(i).get(given[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }
}
