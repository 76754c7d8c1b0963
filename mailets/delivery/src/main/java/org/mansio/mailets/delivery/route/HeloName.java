package org.mansio.mailets.delivery.route;

import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/** What a host may say of itself in EHLO (RFC 5321 §4.1.1.1): its domain name, or an address literal. */
public final class HeloName {
  private static final Setting.Type<String> TYPE =
      new Setting.Type<>("host name", Setting.Kind.PLAIN, HeloName::parse);

  private HeloName() {}

  /** The setting {@code heloName}. */
  public static Setting<String> setting(String description) {
    return Setting.of("heloName", TYPE, description);
  }

  /** Reads one: lower case, A-labels. */
  static String parse(String text) throws InvalidSettingException {
    try {
      return MailAddress.parse("postmaster@" + text).domain();
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException(
          "'" + text + "' is neither a host's name nor an address literal such as [192.0.2.1]");
    }
  }
}
