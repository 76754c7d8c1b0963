package org.mansio.mailets.antispam.hook;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/**
 * A check of a client, its names or its sender, made once and told at a stage that can be chosen. Usually that is RCPT: by
 * then it is known who logged in, the log can name the recipients that were refused, and the postmaster can still be reached
 * (RFC 5321 §4.5.1, RFC 2142 §4). Thread-safe.
 */
public final class StagedHook implements SmtpHook {
  /** When. */
  public static final Setting<Stage> STAGE = Setting.choice(
          "stage",
          "When the check is made and answered: connect, helo, mail or rcpt. At rcpt it is known who logged in, and"
              + " exemptRecipients can be reached.",
          Stage.class)
      .defaultsTo("rcpt");

  private final String name;
  private final Stage stage;
  private final Exempt exempt;
  private final ExemptRecipients exemptRecipients;
  private final Check check;

  /** What is to be found out. Thread-safe; may block. */
  @FunctionalInterface
  public interface Check {
    /**
     * Looks at what is known by now.
     *
     * @param helo the name of the HELO that is being answered, or was before
     */
    Optional<Finding> look(SmtpSession session, Optional<String> helo);
  }

  private StagedHook(String name, Stage stage, Settings settings, Check check) {
    this.name = name;
    this.stage = stage;
    this.exempt = Exempt.of(settings);
    this.exemptRecipients = ExemptRecipients.of(settings);
    this.check = check;
  }

  /**
   * The hook of settings that have {@link #STAGE}, {@link ExemptRecipients#SETTING} and {@link Exempt#WHO}.
   *
   * @param earliest before which the check has nothing to look at
   * @throws InvalidSettingException when the stage is before that
   */
  public static SmtpHook of(String name, Settings settings, Stage earliest, Check check)
      throws InvalidSettingException {
    Stage stage = settings.get(STAGE);
    if (stage.compareTo(earliest) < 0) {
      throw new InvalidSettingException("stage can't be before "
          + earliest.name().toLowerCase(Locale.ROOT)
          + ": there is nothing to look at");
    }
    return new StagedHook(name, stage, settings, check);
  }

  /** What was found, and of what: the same is not looked at twice for one mail. */
  private record Seen(
      Optional<String> helo,
      Optional<MailAddress> sender,
      boolean inMail,
      Optional<Finding> finding) {
    boolean isOf(Optional<String> nowHelo, SmtpSession session) {
      return helo.equals(nowHelo)
          && inMail == session.transaction().isPresent()
          && sender.equals(session.transaction().flatMap(Envelope::sender));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Verdict onConnect(SmtpSession session) {
    return stage == Stage.CONNECT ? tell(session, Optional.empty()) : Verdict.decline();
  }

  @Override
  public Verdict onHelo(SmtpSession session, String helo) {
    return stage == Stage.HELO ? tell(session, Optional.of(helo)) : Verdict.decline();
  }

  @Override
  public Verdict onMail(SmtpSession session) {
    return stage == Stage.MAIL ? tell(session, session.helo()) : Verdict.decline();
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    return stage == Stage.RCPT && !exemptRecipients.cover(recipient.address())
        ? tell(session, session.helo())
        : Verdict.decline();
  }

  /** What a check said of the mail has gone with it: the next one, from the same sender too, is looked at by itself. */
  @Override
  public void onReset(SmtpSession session) {
    if (stage.compareTo(Stage.HELO) > 0) {
      session.attributes().remove(key());
    }
  }

  // Two hooks of the same kind have each their own.
  private String key() {
    return name + '@' + Integer.toHexString(System.identityHashCode(this));
  }

  private Verdict tell(SmtpSession session, Optional<String> helo) {
    if (exempt.covers(session)) {
      return Verdict.decline();
    }
    return finding(session, helo)
        .map(finding -> finding.verdict(name, session))
        .orElseGet(Verdict::decline);
  }

  private Optional<Finding> finding(SmtpSession session, Optional<String> helo) {
    Map<String, Object> attributes = session.attributes();
    if (attributes.get(key()) instanceof Seen seen && seen.isOf(helo, session)) {
      return seen.finding();
    }
    Optional<Finding> finding = check.look(session, helo);
    attributes.put(
        key(),
        new Seen(
            helo,
            session.transaction().flatMap(Envelope::sender),
            session.transaction().isPresent(),
            finding));
    return finding;
  }
}
