package org.mansio.protocols.core;

import java.util.List;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Setting;

/** What can be set for the connections of any listener, whatever is spoken on them. */
public final class ConnectionSettings {
  public static final Setting<Network> PROXY_NETWORKS = Setting.network(
          "proxyNetworks",
          "Networks of the load balancers in front of this listener. Their connections must begin with a header of the"
              + " PROXY protocol, version 1 or 2, and count as those of the client that it names; from elsewhere the"
              + " header isn't taken.")
      .repeated();

  public static final Setting<ClientCertificates.Mode> CLIENT_CERTIFICATES = Setting.choice(
          "clientCertificates",
          "Whether clients are asked for a certificate under TLS: none; request, where one that can't be verified counts"
              + " as none; require, where TLS fails without a good one.",
          ClientCertificates.Mode.class)
      .defaultsTo("none");

  public static final Setting<String> CLIENT_AUTHORITIES = Setting.text(
      "clientAuthorities",
      "PEM file with the certificates of the authorities that clients' certificates must come from. Relative paths start"
          + " at the configuration folder. Read anew when it changes.");

  public static final Setting<Boolean> CHECK_REVOCATION = Setting.flag(
          "checkRevocation",
          "Whether a client's certificate is also checked for revocation, by OCSP or the lists that it names; one whose"
              + " state can't be found out isn't good then.")
      .defaultsTo("false");

  public static final Setting<Long> MAX_CONNECTION_RATE = Setting.number(
          "maxConnectionRate",
          "Connections a minute from one IPv4 address or one IPv6 /64; more are turned away (421). 0: no limit.",
          0,
          1_000_000)
      .defaultsTo("0");

  public static final Setting<Long> MAX_COMMAND_RATE = Setting.number(
          "maxCommandRate",
          "Commands a minute from one IPv4 address or one IPv6 /64, in all its sessions; with more the session ends"
              + " (421). 0: no limit.",
          0,
          1_000_000_000)
      .defaultsTo("0");

  public static final Setting<Network> UNLIMITED_NETWORKS = Setting.network(
          "unlimitedNetworks",
          "Networks for which maxConnectionsPerAddress, maxConnectionRate and maxCommandRate don't hold.")
      .repeated();

  public static final Setting<Long> MIN_DATA_RATE = Setting.size(
          "minDataRate",
          "Octets a second that a client must reach on the average while it sends a message, once it has used up the"
              + " timeout; slower ones are cut off (421). 0: no limit but the timeout between two pieces.")
      .defaultsTo("100");

  private ConnectionSettings() {}

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(
        PROXY_NETWORKS,
        CLIENT_CERTIFICATES,
        CLIENT_AUTHORITIES,
        CHECK_REVOCATION,
        MAX_CONNECTION_RATE,
        MAX_COMMAND_RATE,
        UNLIMITED_NETWORKS,
        MIN_DATA_RATE);
  }
}
