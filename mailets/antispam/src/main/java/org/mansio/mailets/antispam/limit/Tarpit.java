package org.mansio.mailets.antispam.limit;

import java.time.Duration;
import org.mansio.mailets.antispam.hook.Exempt;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/**
 * Answers ever more slowly the more errors a client makes, such as one that guesses recipients: the session waits, at no
 * cost but that of an idle connection. Thread-safe.
 */
public final class Tarpit implements SmtpHook {
  private static final String NAME = "Tarpit";

  static final Setting<Long> AFTER = Setting.number(
          "after",
          "Errors, unknown recipients among them, that a client may make for free; counted anew after each mail.",
          0,
          1000)
      .defaultsTo("3");

  static final Setting<Duration> DELAY = Setting.duration(
          "delay", "How much each further error adds to the delay of the answers that follow.")
      .defaultsTo("2s");

  static final Setting<Duration> MAX_DELAY = Setting.duration(
          "maxDelay",
          "The longest delay of one answer; clients wait for five minutes, the server delays up to one.")
      .defaultsTo("20s");

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final long after;
  private final Duration delay;
  private final Duration maxDelay;
  private final Exempt exempt;

  private Tarpit(Settings settings) {
    this.after = settings.get(AFTER);
    this.delay = settings.get(DELAY);
    this.maxDelay = settings.get(MAX_DELAY);
    this.exempt = Exempt.of(settings);
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return new HookDefinition(
        NAME,
        "Delays the answers to a client that makes errors, such as naming unknown recipients.",
        SettingSchema.of(AFTER, DELAY, MAX_DELAY, Exempt.WHO),
        Tarpit::create);
  }

  private static SmtpHook create(Settings settings, Services services)
      throws InvalidSettingException {
    if (settings.get(MAX_DELAY).compareTo(LIMIT) > 0) {
      throw new InvalidSettingException("maxDelay is more than 1m");
    }
    return new Tarpit(settings);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict onHelo(SmtpSession session, String name) {
    return slow(session, session.errors());
  }

  @Override
  public Verdict onMail(SmtpSession session) {
    return slow(session, session.errors());
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    return slow(session, session.errors());
  }

  @Override
  public Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
    // The error at hand isn't counted yet.
    return slow(session, session.errors() + 1);
  }

  private Verdict slow(SmtpSession session, int errors) {
    if (errors <= after || exempt.covers(session)) {
      return Verdict.decline();
    }
    Duration wanted = delay.multipliedBy(errors - after);
    return new Verdict.Delay(
        wanted.compareTo(maxDelay) < 0 ? wanted : maxDelay, errors + " errors");
  }
}
