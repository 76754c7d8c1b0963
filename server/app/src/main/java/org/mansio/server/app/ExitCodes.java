package org.mansio.server.app;

/** Exit codes of BSD's {@code sysexits.h} as the server uses them. */
final class ExitCodes {
  /** Done; of a server: stopped as asked, and nothing was cut off. */
  static final int OK = 0;

  /** EX_USAGE: a wrong command or option. */
  static final int USAGE = 64;

  /** EX_UNAVAILABLE: a part can't start, or another server works on the data folder. */
  static final int UNAVAILABLE = 69;

  /** EX_SOFTWARE: an error within, or a stop that took too long; mail at rest is safe. */
  static final int INTERNAL = 70;

  /** EX_TEMPFAIL: a port is taken by another process; it may work later. */
  static final int TRY_LATER = 75;

  /** EX_NOPERM: a port below 1024 or a folder needs other rights. */
  static final int NO_PERMISSION = 77;

  /** EX_CONFIG: the configuration is wrong; every problem stands on standard error. */
  static final int CONFIGURATION = 78;

  private ExitCodes() {}
}
