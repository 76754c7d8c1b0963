package org.mansio.mailets.antispam.client;

import java.time.Duration;
import org.mansio.mailets.antispam.hook.Exempt;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.spi.Services;
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
 * Waits a little before the greeting: a client that doesn't wait for it (RFC 5321 §3.1) reads no replies, and sends spam.
 * The pause costs two virtual threads at rest, and memory only as any connection does. Thread-safe.
 */
public final class GreetPause implements SmtpHook {
  private static final String NAME = "GreetPause";

  /** Below the time-out that hooks have unless set otherwise: a pause beyond it would never be judged. */
  private static final Duration MAX_PAUSE = Duration.ofSeconds(25);

  private static final SmtpReply EARLY =
      SmtpReply.of(554, "5.5.1", "You spoke before the greeting, closing connection");
  private static final SmtpReply UNBIDDEN =
      SmtpReply.of(554, "5.5.1", "You sent commands ahead before you knew that you may");

  static final Setting<Duration> PAUSE = Setting.duration(
          "pause",
          "How long the greeting is held back; up to 25s, and less than the hook's time-out. A client that sends something"
              + " meanwhile is turned away (554).")
      .defaultsTo("3s");

  static final Setting<Boolean> PIPELINING = Setting.flag(
          "pipelining",
          "Whether a client is turned away too that sends more behind HELO or EHLO without waiting for the answer (RFC"
              + " 2920 §3.1).")
      .defaultsTo("true");

  private final Duration pause;
  private final boolean pipelining;
  private final Exempt exempt;

  private GreetPause(Settings settings) {
    this.pause = settings.get(PAUSE);
    this.pipelining = settings.get(PIPELINING);
    this.exempt = Exempt.of(settings);
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return new HookDefinition(
        NAME,
        "Holds the greeting back for a moment and turns away clients that speak before it.",
        SettingSchema.of(PAUSE, PIPELINING, Exempt.WHO),
        GreetPause::create);
  }

  private static SmtpHook create(Settings settings, Services services)
      throws InvalidSettingException {
    if (settings.get(PAUSE).compareTo(MAX_PAUSE) > 0) {
      throw new InvalidSettingException("pause is more than 25s");
    }
    return new GreetPause(settings);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict onConnect(SmtpSession session) {
    return !exempt.covers(session) && session.hasSpokenEarly(pause)
        ? new Verdict.Disconnect(EARLY, "spoke before the greeting")
        : Verdict.decline();
  }

  @Override
  public Verdict onHelo(SmtpSession session, String name) {
    return pipelining && !exempt.covers(session) && session.hasSpokenEarly(Duration.ZERO)
        ? new Verdict.Disconnect(UNBIDDEN, "sent more behind HELO without waiting")
        : Verdict.decline();
  }
}
