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
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.protocols.smtpclient.Verification;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.HostPort;

/**
 * What makes a {@link HostTransport}. Two mailets with equal options share one.
 *
 * @param name the transport's
 * @param client how to talk to the hosts, unless the map says otherwise; its credentials are for the {@code usual} hop alone
 * @param port where neither the host nor anything else names one
 * @param startTls for MX hosts that a route names although the {@code usual} hop is a gateway, which may have TLS in another way
 * @param usual where mail goes that the map says nothing of
 * @param concurrency connections to one destination at the same time
 * @param maxRecipients of one transaction, 1 to {@link SmtpClient#MAX_RECIPIENTS}
 * @param tls policies for MX hosts; others are talked to as {@code client} and the map say
 */
record HostTransportOptions(
    String name,
    ClientOptions client,
    int port,
    TlsMode startTls,
    NextHop usual,
    TransportMap map,
    SourcePools sources,
    int concurrency,
    int maxRecipients,
    TlsSettings tls) {
  static final int SMTP_PORT = 25;

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

  /**
   * How to talk to MX hosts. What is set for a gateway isn't for them: nobody there takes mail with TLS from the first octet, and a
   * certificate is asked for only where TLS is.
   */
  ClientOptions toExchangers() {
    return usual instanceof NextHop.SmartHosts
        ? client.withTls(
            startTls, startTls == TlsMode.REQUIRED ? client.verification() : Verification.none())
        : client;
  }

  /** The port of MX hosts whose route doesn't name one: RFC 5321 §4.5.4.2 has them on 25, whatever the gateway's port is. */
  int exchangerPort() {
    return usual instanceof NextHop.SmartHosts ? SMTP_PORT : port;
  }

  /** Where mail for a recipient goes. */
  NextHop hopFor(MailAddress recipient) {
    return map.find(recipient).orElse(usual);
  }
}
