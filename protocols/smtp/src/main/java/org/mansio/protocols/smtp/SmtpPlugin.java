package org.mansio.protocols.smtp;

import java.util.List;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.smtp.SmtpService;

/** Contributes the listeners smtp, submission, lmtp and odmr. */
public final class SmtpPlugin implements Plugin {
  @Override
  public String name() {
    return "smtp";
  }

  @Override
  public String version() {
    String version = SmtpPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<ListenerFactory> listeners() {
    return List.of(
        new SmtpListenerFactory(
            SmtpService.SMTP,
            "Takes mail for local domains from anybody, and for any domain from those who may relay."),
        new SmtpListenerFactory(
            SmtpService.SUBMISSION,
            "Takes mail to anywhere from users who log in; adds Date and Message-ID where missing."),
        new SmtpListenerFactory(
            SmtpService.LMTP,
            "Takes mail for local mailboxes from another server, with a reply for each recipient."),
        new SmtpListenerFactory(
            SmtpService.ON_DEMAND,
            "Hands over the mail of customers who log in and ask for it, by the verbs of an extension such as on-demand;"
                + " takes none."));
  }
}
