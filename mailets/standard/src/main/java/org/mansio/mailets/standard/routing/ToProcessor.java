package org.mansio.mailets.standard.routing;

import java.util.Optional;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Sends a mail to another processor. */
public final class ToProcessor implements Mailet {
  private static final Setting<String> PROCESSOR =
      Setting.processor("processor", "The processor that the mail goes to.").mandatory();
  private static final Setting<String> NOTICE = Setting.text(
      "notice",
      "Why, for the trace and for whoever is told of it; also the reason in a bounce made further on.");

  private final String processor;
  private final Optional<String> notice;

  private ToProcessor(Settings settings) {
    processor = settings.get(PROCESSOR);
    notice = settings.find(NOTICE);
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
            "ToProcessor",
            "Sends the mail to another processor.",
            SettingSchema.of(PROCESSOR, NOTICE),
            (settings, services) -> new ToProcessor(settings))
        .endingWhen(settings -> true);
  }

  @Override
  public Outcome service(Mail mail) {
    notice.ifPresent(reason -> {
      mail.note(reason);
      mail.setAttributes(mail.attributes().with(Attributes.ERROR, reason));
    });
    return Outcome.toProcessor(processor);
  }
}
