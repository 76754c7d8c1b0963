package org.mansio.spi.queue;

/** The queue can't take or find mail now; nothing was lost and nothing was accepted. */
public final class QueueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why, as far as a protocol has to know to answer. */
  public enum Reason {
    /** Disk or store limit, or as many mails as the queue may have: 452 4.3.1. */
    FULL,
    /** Broker or disk away: 451 4.3.0. */
    UNAVAILABLE,
    /** Shutting down: 421 4.3.2. */
    CLOSED
  }

  /** @param message what the operator can do, one line */
  public QueueException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public QueueException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
