package org.mansio.protocols.smtp;

import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpService;

/** Makes the listeners of one service. */
final class SmtpListenerFactory implements ListenerFactory {
  private final SmtpService service;
  private final String description;

  SmtpListenerFactory(SmtpService service, String description) {
    this.service = service;
    this.description = description;
  }

  @Override
  public String protocol() {
    return service.protocol();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public SettingSchema settings() {
    return ListenerSettings.schema(service);
  }

  @Override
  public Listener create(String name, Settings settings, Context context)
      throws InvalidSettingException {
    ListenerOptions options =
        ListenerOptions.of(service, settings, context.services().environment().configuration());
    return new ListenerAssembly(name, options, context).listener();
  }
}
