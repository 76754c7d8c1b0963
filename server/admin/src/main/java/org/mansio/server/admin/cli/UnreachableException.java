package org.mansio.server.admin.cli;

/** The server can't be reached; the message tells why and what helps. */
public final class UnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public UnreachableException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public UnreachableException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** {@link ExitCodes#UNAVAILABLE} or {@link ExitCodes#NO_PERMISSION}. */
  public int exitCode() {
    return exitCode;
  }
}
