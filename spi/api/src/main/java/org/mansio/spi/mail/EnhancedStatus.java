package org.mansio.spi.mail;

/**
 * An enhanced mail system status code (RFC 3463 §2, registry of RFC 5248).
 *
 * @param statusClass 2 success, 4 temporary, 5 permanent
 * @param subject 0 to 999
 * @param detail 0 to 999
 */
public record EnhancedStatus(int statusClass, int subject, int detail) {
  private static final int MAX_PART = 999;

  /** @throws IllegalArgumentException when a part is out of range */
  public EnhancedStatus {
    if (statusClass != 2 && statusClass != 4 && statusClass != 5
        || subject < 0
        || subject > MAX_PART
        || detail < 0
        || detail > MAX_PART) {
      throw new IllegalArgumentException(
          "not an enhanced status: " + statusClass + "." + subject + "." + detail);
    }
  }

  /**
   * Reads {@code class.subject.detail}.
   *
   * @throws IllegalArgumentException when the text isn't one
   */
  public static EnhancedStatus parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not an enhanced status: " + text);
    }
    return new EnhancedStatus(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  /** The undefined status {@code class.0.0} of the class of a three-digit reply code. */
  public static EnhancedStatus ofReplyCode(int code) {
    return new EnhancedStatus(code / 100, 0, 0);
  }

  /** The same subject and detail in another class. */
  public EnhancedStatus withClass(int newClass) {
    return new EnhancedStatus(newClass, subject, detail);
  }

  @Override
  public String toString() {
    return statusClass + "." + subject + "." + detail;
  }
}
