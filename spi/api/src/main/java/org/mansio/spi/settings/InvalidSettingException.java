package org.mansio.spi.settings;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value that a setting or a matcher's condition can't have. The kernel adds file, line and column. */
public final class InvalidSettingException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String group;
  private final int index;

  /** @param message what is wrong and what would be right, one line, without secrets */
  public InvalidSettingException(String message) {
    super(message);
    this.group = null;
    this.index = 0;
  }

  /**
   * For one of a group's elements.
   *
   * @param index its place in {@link Settings#each}
   */
  public InvalidSettingException(String message, SettingGroup group, int index) {
    super(message);
    this.group = group.name();
    this.index = index;
  }

  /** The name of the group whose element is wrong; empty when it isn't one of a group's. */
  public Optional<String> group() {
    return Optional.ofNullable(group);
  }

  /** Which of the group's elements it is, from 0. */
  public int index() {
    return index;
  }
}
