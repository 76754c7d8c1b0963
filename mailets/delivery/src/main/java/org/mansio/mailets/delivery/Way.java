package org.mansio.mailets.delivery;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mansio.mailets.delivery.tls.HostTls;
import org.mansio.spi.mail.Recipient;

/**
 * The hosts that take the mail for some of a delivery's recipients.
 *
 * @param hosts at least one
 * @param policies how to talk to each
 * @param byMx whether the recipients' domain named them: what becomes of TLS is noted for its owner then
 * @param sourcePool the pool of local addresses that the route names
 */
record Way(
    List<Recipient> recipients,
    List<MailHosts.Host> hosts,
    Function<MailHosts.Host, HostTls> policies,
    boolean byMx,
    Optional<String> sourcePool) {
  Way {
    recipients = List.copyOf(recipients);
    hosts = List.copyOf(hosts);
  }

  Way withRecipients(List<Recipient> newRecipients) {
    return new Way(newRecipients, hosts, policies, byMx, sourcePool);
  }
}
