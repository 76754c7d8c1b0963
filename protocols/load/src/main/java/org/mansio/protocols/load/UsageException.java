package org.mansio.protocols.load;

/** Somebody gave a command what it doesn't take; the message says what it does take. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
