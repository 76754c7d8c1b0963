package org.mansio.server.processor;

import java.time.Duration;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.SpooledMail;

/** Hears what a run decides beyond what its trace tells: a simulation does. Used by the run's thread. */
interface Witness {
  /** Of a run for real, which nobody asks further. */
  Witness NONE = new Witness() {};

  /** Whether the run is a simulation: nothing may happen but to its mail. */
  default boolean isSimulation() {
    return false;
  }

  /** None of the recipients matched. */
  default void passed(ChainMail part, Stage stage) {}

  /** Some recipients go on under another id. */
  default void split(ChainMail part, MailId id) {}

  /** A mailet isn't run, since it may not be in a simulation. */
  default void leftOut(ChainMail part, Stage stage) {}

  /** A mailet has run, and its work counts. */
  default void served(ChainMail part, Stage stage) {}

  /** The mailet under way sends a mail. */
  default void sent(ChainMail part, SpooledMail mail) {}

  default void dropped(ChainMail part, String where, String reason) {}

  default void postponed(ChainMail part, String where, String reason, Duration delay) {}
}
