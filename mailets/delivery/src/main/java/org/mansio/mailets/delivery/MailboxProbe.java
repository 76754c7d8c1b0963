package org.mansio.mailets.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.ClientTls;
import org.mansio.protocols.smtpclient.ConnectFailure;
import org.mansio.protocols.smtpclient.PoolLimits;
import org.mansio.protocols.smtpclient.Protocol;
import org.mansio.protocols.smtpclient.SmtpClient;
import org.mansio.protocols.smtpclient.Timeouts;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.Services;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.smtp.SmtpProbe;

/** Asks the hosts to which a mail would be delivered. Thread-safe. */
final class MailboxProbe implements SmtpProbe, AutoCloseable {
  private static final int SMTP_PORT = 25;
  private static final Answer NOT_PUBLIC =
      new Answer.Unknown("no mail host of the domain has a public address, see privateHosts");

  private final Services services;
  private final SmtpClient client = new SmtpClient(ClientTls.ofRuntime(), PoolLimits.STANDARD);

  MailboxProbe(Services services) {
    this.services = services;
  }

  @Override
  public Answer ask(Question question) {
    String hostname = services.environment().hostname();
    long end = System.nanoTime() + question.timeout().toNanos();
    MailHosts hosts = new MailHosts(services.dns(), Set.of(hostname));
    MailHosts.Answer found = question
        .host()
        .map(host -> hosts.ofHost(host, SMTP_PORT))
        .orElseGet(() -> hosts.ofDomain(question.recipient().domain(), SMTP_PORT));
    return switch (found) {
      case MailHosts.Answer.None(RecipientResult.Failed failed) ->
        new Answer.Refused(failed.diagnostic());
      case MailHosts.Answer.None(RecipientResult result) -> new Answer.Unknown(result.diagnostic());
      case MailHosts.Answer.Found usable -> ask(question, permitted(question, usable.hosts()), end);
    };
  }

  /** Hosts that the operator names may be anywhere; in DNS anybody may name any host. */
  private static List<MailHosts.Host> permitted(Question question, List<MailHosts.Host> hosts) {
    return question.host().isPresent() || question.privateHosts()
        ? hosts
        : hosts.stream()
            .filter(host -> PublicAddresses.contain(host.peer().address().getAddress()))
            .toList();
  }

  private Answer ask(Question question, List<MailHosts.Host> hosts, long end) {
    if (hosts.isEmpty()) {
      return NOT_PUBLIC;
    }
    Answer answer = new Answer.Unknown("no host answered in time");
    try {
      for (MailHosts.Host host : hosts) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (!left.isPositive()) {
          return answer;
        }
        try {
          return client.probe(host.peer(), options(left), question.sender(), question.recipient());
        } catch (ConnectFailure e) {
          // Whatever it says is about us, and not about the address: the next host may answer.
          answer = new Answer.Unknown(String.valueOf(e.getMessage()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer;
  }

  private ClientOptions options(Duration left) {
    return new ClientOptions(
        Protocol.SMTP,
        services.environment().hostname(),
        TlsMode.OPPORTUNISTIC,
        false,
        Optional.empty(),
        Optional.empty(),
        Timeouts.STANDARD.withConnect(left).withEach(left));
  }

  @Override
  public void close() {
    client.close();
  }
}
