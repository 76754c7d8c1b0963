package org.mansio.server.admin.cli;

/** Exit codes of {@code sysexits.h} as this command line uses them. */
public final class ExitCodes {
  /** Done. */
  public static final int OK = 0;

  /** One of the components isn't healthy; what {@code health} alone answers. */
  public static final int UNHEALTHY = 1;

  /** EX_USAGE: a wrong option or argument. */
  public static final int USAGE = 64;

  /** EX_DATAERR: the server refused what was asked, such as adding what exists. */
  public static final int DATA = 65;

  /** EX_NOINPUT: there is no such mail, alias or domain. */
  public static final int NOT_FOUND = 66;

  /** EX_NOUSER: there is no such user. */
  public static final int NO_USER = 67;

  /** EX_UNAVAILABLE: the server isn't running, or can't be reached. */
  public static final int UNAVAILABLE = 69;

  /** EX_SOFTWARE: an error within. */
  public static final int INTERNAL = 70;

  /** EX_TEMPFAIL: it can't be done now, such as while the database is away. */
  public static final int TRY_LATER = 75;

  /** EX_NOPERM: the server runs as somebody else. */
  public static final int NO_PERMISSION = 77;

  private ExitCodes() {}
}
