package org.mansio.spi.settings;

/** A value that a setting or a matcher's condition can't have. The kernel adds file, line and column. */
public final class InvalidSettingException extends Exception {
  private static final long serialVersionUID = 1L;

  /** @param message what is wrong and what would be right, one line, without secrets */
  public InvalidSettingException(String message) {
    super(message);
  }
}
