package org.mansio.spi.listener;

import java.util.List;
import org.mansio.spi.Services;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.SmtpExtension;

/** Makes listeners of one protocol. */
public interface ListenerFactory {
  /** What {@code protocol="…"} says, such as {@code smtp}, {@code submission}, {@code lmtp}. */
  String protocol();

  String description();

  SettingSchema settings();

  /** A listener, not yet bound. Also called by {@code mansio check}. */
  Listener create(String name, Settings settings, Context context) throws InvalidSettingException;

  /**
   * What plugins contribute to a listener.
   *
   * @param hooks those configured for this listener, in order
   */
  record Context(
      Services services,
      List<SmtpExtension> extensions,
      List<HookUse> hooks,
      List<SaslMechanism> mechanisms) {
    public Context {
      extensions = List.copyOf(extensions);
      hooks = List.copyOf(hooks);
      mechanisms = List.copyOf(mechanisms);
    }
  }
}
