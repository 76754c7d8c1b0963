package org.mansio.spi.mailet;

import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;

/** Makes the instances of one matcher; {@link #name} is what stands before the {@code =} of {@code match="Name=condition"}. */
public interface MatcherFactory {
  /** The name in the chain, such as {@code RecipientIs}; unique among all plugins, without regard to case. */
  String name();

  /** What it matches and what its condition looks like, in one or two sentences. */
  String description();

  /**
   * One instance for one place in the chain. Also called by {@code mansio check}.
   *
   * @param condition the text behind the {@code =}, trimmed; empty when there is none
   * @throws InvalidSettingException when the condition isn't one
   */
  Matcher create(String condition, Services services) throws InvalidSettingException;
}
