package org.mansio.protocols.sasl.client;

/** A server says something that the mechanism doesn't allow, or can't prove that it knows the user. */
public final class UntrustedServerException extends Exception {
  private static final long serialVersionUID = 1L;

  public UntrustedServerException(String message) {
    super(message);
  }
}
