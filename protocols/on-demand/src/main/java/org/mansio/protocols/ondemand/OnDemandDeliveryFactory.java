package org.mansio.protocols.ondemand;

import org.mansio.spi.Services;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes {@code OnDemandDelivery}. */
final class OnDemandDeliveryFactory implements MailetFactory {
  static final Setting<String> OUTGOING = Setting.name(
          "outgoing",
          "The name of this way out, as lanes of the queue show it. Mail at rest refers to it: don't rename it while mail"
              + " waits.")
      .defaultsTo("on-demand");

  static final Setting<String> THROUGH = Setting.text(
          "through",
          "The way out that mail takes once ETRN or an operator has started it: the 'outgoing' of a RemoteDelivery in the"
              + " chain. ATRN and TURN need none: they use the customer's connection.")
      .defaultsTo("remote");

  static final Setting<String> BOUNCE_PROCESSOR = Setting.processor(
          "bounceProcessor",
          "The processor that gets mail that nobody asked for in time, or that couldn't be delivered.")
      .defaultsTo("bounces");

  @Override
  public String name() {
    return "OnDemandDelivery";
  }

  @Override
  public String description() {
    return "Keeps mail in the queue until its domain asks for it by ETRN, ATRN or TURN. It expires, and its sender is warned,"
        + " as any mail in the queue.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(OUTGOING, THROUGH, BOUNCE_PROCESSOR);
  }

  @Override
  public boolean ends(Settings settings) {
    return true;
  }

  /** It dispatches, and the queue keeps the mail. */
  @Override
  public boolean runsInSimulation(Settings settings) {
    return true;
  }

  @Override
  public Mailet create(Settings settings, Services services) throws InvalidSettingException {
    String name = settings.get(OUTGOING);
    String through = settings.get(THROUGH);
    if (name.equals(through)) {
      throw new InvalidSettingException("outgoing and through name the same way out");
    }
    OnDemandTransport transport = new OnDemandTransport(name, through, services.transports());
    try {
      services.transports().register(transport);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("another mailet with other settings delivers as '" + name
          + "': give each a name of its own with 'outgoing'");
    }
    return new OnDemandDelivery(name, settings.get(BOUNCE_PROCESSOR));
  }
}
