package org.mansio.protocols.core;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Settings;

/**
 * The values of {@link ConnectionSettings}, named as there.
 *
 * @param clientCertificates empty where clients aren't asked for any
 */
public record ConnectionOptions(
    List<Network> proxyNetworks,
    Optional<ClientCertificates> clientCertificates,
    long maxConnectionRate,
    long maxCommandRate,
    List<Network> unlimitedNetworks,
    long minDataRate) {
  public ConnectionOptions {
    proxyNetworks = List.copyOf(proxyNetworks);
    unlimitedNetworks = List.copyOf(unlimitedNetworks);
  }

  /**
   * Reads them.
   *
   * @param configuration where relative paths start
   * @throws InvalidSettingException when settings contradict each other, or the authorities can't be read
   */
  public static ConnectionOptions of(Settings settings, Path configuration)
      throws InvalidSettingException {
    return new ConnectionOptions(
        settings.all(ConnectionSettings.PROXY_NETWORKS),
        ClientCertificates.of(settings, configuration),
        settings.get(ConnectionSettings.MAX_CONNECTION_RATE),
        settings.get(ConnectionSettings.MAX_COMMAND_RATE),
        settings.all(ConnectionSettings.UNLIMITED_NETWORKS),
        settings.get(ConnectionSettings.MIN_DATA_RATE));
  }
}
