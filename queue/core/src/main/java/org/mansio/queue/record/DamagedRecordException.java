package org.mansio.queue.record;

/** Octets that are no record of this queue: damaged, or written by a newer version. */
public final class DamagedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  public DamagedRecordException(String message) {
    super(message);
  }

  public DamagedRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
