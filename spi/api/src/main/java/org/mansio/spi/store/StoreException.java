package org.mansio.spi.store;

import org.mansio.spi.mail.EnhancedStatus;

/** A message wasn't stored, with the status that a delivery report gives. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient EnhancedStatus status;

  /** @param status class 4: may work later; class 5: never will */
  public StoreException(EnhancedStatus status, String message) {
    super(message);
    this.status = status;
  }

  public StoreException(EnhancedStatus status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  public EnhancedStatus status() {
    return status;
  }
}
