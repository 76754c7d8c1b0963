package org.mansio.mailets.delivery;

import java.util.List;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.spi.settings.HostPort;

/**
 * What makes a {@link HostTransport}. Two mailets with equal options share one.
 *
 * @param name the transport's
 * @param port where neither the gateway nor anything else names one
 * @param gateways all mail goes there, in that order of preference; empty: by MX
 * @param concurrency connections to one destination at the same time
 * @param tls policies for MX hosts; gateways are talked to as {@code client} says
 */
record HostTransportOptions(
    String name,
    ClientOptions client,
    int port,
    List<HostPort> gateways,
    int concurrency,
    TlsSettings tls) {
  HostTransportOptions {
    gateways = List.copyOf(gateways);
  }
}
