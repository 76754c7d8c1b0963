package org.mansio.mailets.standard.routing;

import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.SettingSchema;

/** Does nothing. */
public final class Identity {
  private Identity() {}

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "Identity",
        "Does nothing: a place in the chain that shows in the trace, or one to try a matcher with.",
        SettingSchema.none(),
        (settings, services) -> mail -> Outcome.next());
  }
}
