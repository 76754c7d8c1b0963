package org.mansio.mailets.delivery;

import java.util.List;
import java.util.Optional;
import org.mansio.mailets.delivery.route.HeloName;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.mailets.delivery.route.TransportMap;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.Protocol;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.Services;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes LocalDelivery: into the store, or to an LMTP server. */
final class LocalDeliveryFactory implements MailetFactory {
  private static final int LMTP_PORT = 24;
  private static final int MAX_CONNECTIONS = 1_000;

  static final Setting<String> OUTGOING = Setting.name(
          "outgoing",
          "The name of this way out, as lanes of the queue show it. Mail at rest refers to it: don't rename it while mail"
              + " waits.")
      .defaultsTo("local");
  static final Setting<HostPort> LMTP_TARGET = Setting.hostPort(
      "lmtpTarget",
      "An LMTP server (RFC 2033) that gets all local mail, as host:port; the port is 24 when not given. When not set, mail"
          + " goes into this server's own store.");
  static final Setting<TlsMode> START_TLS = StartTls.setting("off");
  static final Setting<String> HELO_NAME =
      HeloName.setting("This host's name in LHLO; the server's host name when not set.");
  static final Setting<Long> MAX_CONNECTIONS_PER_DESTINATION = Setting.number(
          "maxConnectionsPerDestination",
          "Deliveries that may run at the same time to the LMTP server, or to each 16th of the mailboxes.",
          1,
          MAX_CONNECTIONS)
      .defaultsTo("20");
  static final Setting<String> BOUNCE_PROCESSOR = Setting.processor(
          "bounceProcessor",
          "The processor that gets mail that couldn't be delivered, to report it to the sender.")
      .defaultsTo("bounces");

  private final DeadHosts deadHosts = new DeadHosts();

  @Override
  public String name() {
    return "LocalDelivery";
  }

  @Override
  public String description() {
    return "Delivers mail to the mailboxes of local users: into this server's store, or to an LMTP server. Aliases must be"
        + " rewritten before.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(
        OUTGOING,
        LMTP_TARGET,
        START_TLS,
        HELO_NAME,
        RemoteDeliveryFactory.CONNECTION_TIMEOUT,
        RemoteDeliveryFactory.TIMEOUT,
        MAX_CONNECTIONS_PER_DESTINATION,
        RemoteDeliveryFactory.MAX_RECIPIENTS,
        BOUNCE_PROCESSOR);
  }

  @Override
  public boolean ends(Settings settings) {
    return true;
  }

  /** It dispatches, and the queue delivers. */
  @Override
  public boolean runsInSimulation(Settings settings) {
    return true;
  }

  @Override
  public Mailet create(Settings settings, Services services) throws InvalidSettingException {
    String name = settings.get(OUTGOING);
    int concurrency = settings.get(MAX_CONNECTIONS_PER_DESTINATION).intValue();
    String bounceProcessor = settings.get(BOUNCE_PROCESSOR);
    Optional<HostPort> target = settings.find(LMTP_TARGET);
    if (target.isEmpty()) {
      Registration.register(
          new StoreTransport(name, concurrency, services), services, OUTGOING.name());
      return new StoreDelivery(name, bounceProcessor);
    }
    ClientOptions client = new ClientOptions(
        Protocol.LMTP,
        settings.find(HELO_NAME).orElse(services.environment().hostname()),
        settings.get(START_TLS),
        false,
        Optional.empty(),
        Optional.empty(),
        RemoteDeliveryFactory.timeouts(settings));
    HostTransportOptions options = new HostTransportOptions(
        name,
        client,
        LMTP_PORT,
        client.tls(),
        HostTransportOptions.over(client, List.of(target.get())),
        TransportMap.none(),
        SourcePools.none(),
        concurrency,
        settings.get(RemoteDeliveryFactory.MAX_RECIPIENTS).intValue(),
        TlsSettings.off());
    Registration.register(
        new HostTransport(options, services, new OutboundTls(), deadHosts),
        services,
        OUTGOING.name());
    return new RemoteDelivery(options, new MxRollup(List.of(), services.dns()), bounceProcessor);
  }
}
