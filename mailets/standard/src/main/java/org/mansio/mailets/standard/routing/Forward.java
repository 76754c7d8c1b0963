package org.mansio.mailets.standard.routing;

import org.mansio.mailets.standard.definition.Destination;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;

/** Sends a mail on, as it is, to other recipients. */
public final class Forward {
  private static final Setting<Destination> FORWARD_TO = Destination.setting(
          "forwardTo", "Who gets it: addresses, 'postmaster' or 'sender', separated by commas.")
      .mandatory()
      .repeated();

  private Forward() {}

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
            "Forward",
            "Sends the mail on to other recipients, with its reverse-path and its text as they are; once per mail: an"
                + " X-Loop field stops circles.",
            SettingSchema.of(FORWARD_TO, Onward.PASS_THROUGH, Onward.ERROR_PROCESSOR),
            (settings, services) -> {
              Onward onward = Onward.of(FORWARD_TO, settings, services.environment());
              return mail -> onward.send(mail, mail.envelope(), (message, to) -> message);
            })
        .endingWhen(settings -> !settings.get(Onward.PASS_THROUGH));
  }
}
