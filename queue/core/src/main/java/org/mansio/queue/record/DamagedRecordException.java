package org.mansio.queue.record;

/** Octets that are no record of this queue: damaged, or written by a newer version. */
public final class DamagedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  public DamagedRecordException(String message) {
    super(printable(message));
  }

  public DamagedRecordException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  /** What was read by mistake must not write lines of its own into the log. */
  private static String printable(String message) {
    return message.replaceAll("\\p{Cntrl}", "?");
  }
}
