package org.mansio.mailets.standard.routing;

import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;

/** Ends a mail. */
public final class Null {
  private static final Setting<String> REASON =
      Setting.text("reason", "Why, for the trace.").defaultsTo("discarded by the chain");

  private Null() {}

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
            "Null",
            "Ends the mail: it is neither delivered nor reported to anybody.",
            SettingSchema.of(REASON),
            (settings, services) -> {
              Outcome dropped = Outcome.dropped(settings.get(REASON));
              return mail -> dropped;
            })
        .endingWhen(settings -> true);
  }
}
