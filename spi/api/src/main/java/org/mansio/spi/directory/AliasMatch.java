package org.mansio.spi.directory;

import java.util.List;
import org.mansio.spi.mail.MailAddress;

/** One step of rewriting. */
public sealed interface AliasMatch {
  /** Nothing stands for the address. */
  record None() implements AliasMatch {}

  /**
   * Other addresses stand for it.
   *
   * @param targets at least one; may hold the address itself, which means that it is kept
   */
  record Targets(Alias.Kind kind, List<MailAddress> targets) implements AliasMatch {
    public Targets {
      targets = List.copyOf(targets);
    }
  }

  /**
   * The address is refused.
   *
   * @param reply three-digit code, enhanced status and text
   */
  record Rejected(String reply) implements AliasMatch {}
}
