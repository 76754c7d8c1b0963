package org.mansio.mailets.delivery.sts;

/** A domain announces a policy that can't be had. */
public final class StsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What RFC 8460 §4.3.2.2 tells apart. */
  public enum Kind {
    FETCH_ERROR,
    INVALID,
    WEBPKI_INVALID
  }

  StsException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
