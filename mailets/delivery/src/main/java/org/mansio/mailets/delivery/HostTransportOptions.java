package org.mansio.mailets.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.mansio.mailets.delivery.route.NextHop;
import org.mansio.mailets.delivery.route.SmartHost;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.mailets.delivery.route.TransportMap;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.SmtpClient;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.HostPort;

/**
 * What makes a {@link HostTransport}. Two mailets with equal options share one.
 *
 * @param name the transport's
 * @param client how to talk to the hosts, unless the map says otherwise; its credentials are for the {@code usual} hop alone
 * @param port where neither the host nor anything else names one
 * @param usual where mail goes that the map says nothing of
 * @param concurrency connections to one destination at the same time
 * @param maxRecipients of one transaction, 1 to {@link SmtpClient#MAX_RECIPIENTS}
 * @param tls policies for MX hosts; others are talked to as {@code client} and the map say
 */
record HostTransportOptions(
    String name,
    ClientOptions client,
    int port,
    NextHop usual,
    TransportMap map,
    SourcePools sources,
    int concurrency,
    int maxRecipients,
    TlsSettings tls) {
  /** Everything goes to the MX hosts. */
  static final NextHop BY_MX = new NextHop.Exchangers(OptionalInt.empty(), NextHop.Manner.USUAL);

  /** Everything goes to the first of these that answers. */
  static NextHop over(ClientOptions client, List<HostPort> gateways) {
    List<SmartHost> hosts = new ArrayList<>();
    for (HostPort gateway : gateways) {
      hosts.add(new SmartHost(gateway, hosts.size(), 1));
    }
    return new NextHop.SmartHosts(client.protocol(), hosts, NextHop.Manner.USUAL);
  }

  /** Where mail for a recipient goes. */
  NextHop hopFor(MailAddress recipient) {
    return map.find(recipient).orElse(usual);
  }
}
