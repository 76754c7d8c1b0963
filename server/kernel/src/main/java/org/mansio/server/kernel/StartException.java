package org.mansio.server.kernel;

/** The server didn't start; what had started was stopped again. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** @param component which part failed */
  public StartException(String component, Throwable cause) {
    super(component + " could not start: " + explain(cause), cause);
  }

  private static String explain(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
