package org.mansio.server.store;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.mansio.spi.Environment;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.store.MailStoreFactory;

/** Makes the store {@code maildir}: Maildir++ below one directory, readable by any IMAP server that knows Maildir++. */
public final class MaildirStoreFactory implements MailStoreFactory {
  static final Setting<String> DIRECTORY = Setting.text(
          "directory",
          "Where the mailboxes lie, as <domain>/<user>/Maildir; relative to the data folder. tmp and new of a mailbox have "
              + "to be on one file system.")
      .defaultsTo("mail");

  static final Setting<Long> QUOTA = Setting.size(
          "quota",
          "Octets that each user may store, unless set otherwise for the user. 0: no limit.")
      .defaultsTo("0");

  static final Setting<QuotaExceeded> QUOTA_EXCEEDED = Setting.choice(
          "quotaExceeded",
          "What becomes of mail for a full mailbox: temporary keeps trying (4.2.2), permanent returns it (5.2.2).",
          QuotaExceeded.class)
      .defaultsTo("temporary");

  /** What becomes of mail for a full mailbox. */
  enum QuotaExceeded {
    TEMPORARY,
    PERMANENT
  }

  @Override
  public String name() {
    return "maildir";
  }

  @Override
  public String description() {
    return "Maildir++ folders below the data folder, one file per message, durable when a delivery returns.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(DIRECTORY, QUOTA, QUOTA_EXCEEDED);
  }

  @Override
  public MailStore create(Settings settings, Environment environment)
      throws InvalidSettingException {
    long quota = settings.get(QUOTA);
    int statusClass = settings.get(QUOTA_EXCEEDED) == QuotaExceeded.TEMPORARY ? 4 : 5;
    QuotaLimits limits = new QuotaLimits(quota == 0 ? Optional.empty() : Optional.of(quota));
    Path root = root(settings.get(DIRECTORY), environment);
    return new MaildirStore(root, environment.hostname(), limits, statusClass);
  }

  private static Path root(String directory, Environment environment)
      throws InvalidSettingException {
    try {
      return environment.data().resolve(directory).normalize();
    } catch (InvalidPathException e) {
      throw new InvalidSettingException("directory: " + e.getReason());
    }
  }
}
