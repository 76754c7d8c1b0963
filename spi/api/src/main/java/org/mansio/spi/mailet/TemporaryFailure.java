package org.mansio.spi.mailet;

/** Something outside doesn't answer now and may later: the mail stays in the spool and is tried again, nothing is lost. */
public final class TemporaryFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** @param message what is away and what the operator can do, one line */
  public TemporaryFailure(String message) {
    super(message);
  }

  public TemporaryFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
