package org.mansio.spi.mail;

/** Text that isn't a mailbox of RFC 5321 §4.1.2; the message says what is wrong and at which character. */
public final class InvalidAddressException extends Exception {
  private static final long serialVersionUID = 1L;

  /** @param message what is wrong, fit for a reply to a client: no line breaks */
  public InvalidAddressException(String message) {
    super(message);
  }
}
