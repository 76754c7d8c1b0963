package org.mansio.protocols.smtpclient;

import java.util.List;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.smtp.OutboundSmtpFactory;

/** Contributes sessions as a client for other plugins. */
public final class SmtpClientPlugin implements Plugin {
  @Override
  public String name() {
    return "smtp-client";
  }

  @Override
  public String version() {
    String version = SmtpClientPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<OutboundSmtpFactory> outboundSmtp() {
    return List.of((environment, dns) ->
        new ClientSessions(environment.hostname(), dns, ClientTls.ofRuntime()));
  }
}
