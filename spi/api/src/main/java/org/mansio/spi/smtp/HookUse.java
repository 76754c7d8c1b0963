package org.mansio.spi.smtp;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A hook in the way that a listener uses it.
 *
 * @param timeout how long it may think at one stage; empty: as the listener says
 * @param onTimeout what happens when it takes longer
 * @param onFailure what happens when it throws
 */
public record HookUse(
    SmtpHook hook, Mode mode, Optional<Duration> timeout, Fallback onTimeout, Fallback onFailure) {

  /** Whether its verdicts count. */
  public enum Mode {
    /** They do. */
    ENFORCE,
    /** They are logged, traced and marked on the mail, and nothing else happens. */
    WARN
  }

  /** What takes the place of a verdict that wasn't given. */
  public enum Fallback {
    /** Goes on as if the hook had no opinion. */
    ACCEPT,
    /** Refuses for now, with 451. */
    TEMPORARY
  }

  public HookUse {
    Objects.requireNonNull(hook);
    Objects.requireNonNull(mode);
    Objects.requireNonNull(timeout);
    Objects.requireNonNull(onTimeout);
    Objects.requireNonNull(onFailure);
  }

  /** As it is without any attribute: enforced; one that is late is gone without, one that fails refuses for now. */
  public static HookUse of(SmtpHook hook) {
    return new HookUse(hook, Mode.ENFORCE, Optional.empty(), Fallback.ACCEPT, Fallback.TEMPORARY);
  }
}
