package org.mansio.mailets.antispam.dnslist;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/**
 * A list as it is configured: {@code zone[=codes][*weight]}.
 *
 * @param zone the list's domain
 * @param codes which answers count as listed
 * @param weight what a listing adds to the score; negative for a white list
 */
record DnsList(String zone, ReturnCodes codes, int weight) {
  private static final Pattern FORM =
      Pattern.compile("([^=*\\s]+)(?:=([^=*\\s]+))?(?:\\*(-?[0-9]{1,4}))?");
  private static final int IPV4_OCTETS = 4;

  /** How a setting writes it. */
  static final Setting.Type<DnsList> TYPE =
      new Setting.Type<>("zone[=codes][*weight]", Setting.Kind.PLAIN, DnsList::parse);

  static DnsList parse(String text) throws InvalidSettingException {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidSettingException(
          "'" + text + "' isn't zone[=codes][*weight], such as bl.example.org=127.0.0.[2..11]*2");
    }
    ReturnCodes codes =
        form.group(2) == null ? ReturnCodes.CONVENTIONAL : ReturnCodes.parse(form.group(2));
    int weight = form.group(3) == null ? 1 : Integer.parseInt(form.group(3));
    try {
      return new DnsList(MailAddress.parse("any@" + form.group(1)).domain(), codes, weight);
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException(
          "'" + form.group(1) + "' isn't a domain: " + e.getMessage());
    }
  }

  /** The name to ask for an address: its octets (RFC 5782 §2.1) or nibbles (§2.4) in reverse. */
  String question(InetAddress address) {
    byte[] octets = address.getAddress();
    StringBuilder name = new StringBuilder();
    for (int i = octets.length - 1; i >= 0; i--) {
      int octet = octets[i] & 0xff;
      if (octets.length == IPV4_OCTETS) {
        name.append(octet).append('.');
      } else {
        name.append(Character.forDigit(octet & 0xf, 16)).append('.');
        name.append(Character.forDigit(octet >> 4, 16)).append('.');
      }
    }
    return name + zone;
  }

  /** The name to ask for a domain (RFC 5782 §3). */
  String question(String domain) {
    return domain.toLowerCase(Locale.ROOT) + "." + zone;
  }

  @Override
  public String toString() {
    return zone;
  }
}
