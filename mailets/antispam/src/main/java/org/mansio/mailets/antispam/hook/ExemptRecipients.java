package org.mansio.mailets.antispam.hook;

import java.util.List;
import java.util.Locale;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;

/** Recipients that a hook lets everybody write to. Immutable. */
public final class ExemptRecipients {
  /** Addresses or local parts. */
  public static final Setting<String> SETTING = Setting.text(
          "exemptRecipients",
          "Recipients that the hook lets everybody write to: addresses, or local parts of any local domain. RFC 5321"
              + " §4.5.1 wants postmaster to be reachable.")
      .repeated()
      .defaultsTo("postmaster, abuse");

  private final List<String> entries;

  private ExemptRecipients(List<String> entries) {
    this.entries = List.copyOf(entries);
  }

  /** What {@link #SETTING} says. */
  public static ExemptRecipients of(Settings settings) {
    return new ExemptRecipients(settings.all(SETTING).stream()
        .map(text -> text.toLowerCase(Locale.ROOT))
        .toList());
  }

  /** Whether the recipient is one of them. */
  public boolean cover(MailAddress recipient) {
    return entries.contains(recipient.localPart().toLowerCase(Locale.ROOT))
        || entries.contains(recipient.toString().toLowerCase(Locale.ROOT));
  }
}
