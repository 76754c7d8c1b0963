package org.mansio.spi.directory;

/** The directory can't answer now (database away, time-out), or can't do what was asked. Unchecked: one catch per command. */
public final class DirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean temporary;

  private DirectoryException(String message, boolean temporary, Throwable cause) {
    super(message, cause);
    this.temporary = temporary;
  }

  /** It may work later; protocols answer 451. */
  public static DirectoryException unavailable(String message, Throwable cause) {
    return new DirectoryException(message, true, cause);
  }

  /** It can't be done as asked, such as adding a user of a domain that isn't there; the message tells the operator. */
  public static DirectoryException refused(String message) {
    return new DirectoryException(message, false, new IllegalArgumentException(message));
  }

  public boolean temporary() {
    return temporary;
  }
}
