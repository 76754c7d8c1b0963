package org.mansio.protocols.smtp;

import java.time.Duration;
import java.util.List;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;

/** What can be set for submission alone. */
final class SubmissionSettings {
  static final Setting<IdentityPolicy> SENDER_IDENTITY = Setting.choice(
          "senderIdentity",
          "Which sender's addresses a user may give (RFC 6409 §6.1): strict, the own address and aliases that lead to it"
              + " alone; relaxed, also others of the user's own domain; off, any.",
          IdentityPolicy.class)
      .defaultsTo("relaxed");

  static final Setting<Long> MAX_MAILS_PER_USER = Setting.number(
          "maxMailsPerUser",
          "Messages that a user may send in an hour; for more the answer is 450. 0: no limit.",
          0,
          1_000_000_000)
      .defaultsTo("0");

  static final Setting<Long> MAX_RECIPIENTS_PER_USER = Setting.number(
          "maxRecipientsPerUser",
          "Recipients that a user may write to in an hour; for more the answer is 452. 0: no limit.",
          0,
          1_000_000_000)
      .defaultsTo("0");

  static final Setting<Duration> FUTURE_RELEASE = Setting.duration(
          "futureRelease",
          "How far ahead a user may have a mail sent (FUTURERELEASE, RFC 4865). 0s: it isn't offered.")
      .defaultsTo("30d");

  /** Which sender's addresses a user may give. */
  enum IdentityPolicy {
    STRICT,
    RELAXED,
    OFF
  }

  private SubmissionSettings() {}

  static List<Setting<?>> all() {
    return List.of(SENDER_IDENTITY, MAX_MAILS_PER_USER, MAX_RECIPIENTS_PER_USER, FUTURE_RELEASE);
  }

  /** The values, named as the settings. */
  record Options(
      IdentityPolicy senderIdentity,
      long maxMailsPerUser,
      long maxRecipientsPerUser,
      Duration futureRelease) {
    /** What holds for services other than submission. */
    static final Options NONE = new Options(IdentityPolicy.OFF, 0, 0, Duration.ZERO);

    static Options of(Settings settings) {
      return new Options(
          settings.get(SENDER_IDENTITY),
          settings.get(MAX_MAILS_PER_USER),
          settings.get(MAX_RECIPIENTS_PER_USER),
          settings.get(FUTURE_RELEASE));
    }
  }
}
