package org.mansio.queue.activemq;

/** Of records that aren't at the broker and won't come to be there; other failures leave that in doubt. */
final class NotWrittenException extends Exception {
  private static final long serialVersionUID = 1L;

  NotWrittenException(String message) {
    super(message);
  }

  NotWrittenException(Throwable cause) {
    super(cause.getMessage(), cause);
  }

  /** Whether that is certain of the records that a failure is about. */
  static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NotWrittenException) {
        return true;
      }
    }
    return false;
  }
}
