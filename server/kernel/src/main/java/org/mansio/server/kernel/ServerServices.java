package org.mansio.server.kernel;

import java.util.Optional;
import java.util.function.Function;
import org.mansio.spi.Environment;
import org.mansio.spi.ServerTls;
import org.mansio.spi.Services;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.Transports;
import org.mansio.spi.sasl.LoginGuard;
import org.mansio.spi.smtp.OutboundSmtp;
import org.mansio.spi.smtp.SmtpProbe;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.trace.TraceLog;

/** The services of one server. Immutable. */
public record ServerServices(
    Environment environment,
    MailQueue queue,
    UserDirectory users,
    AliasTable aliases,
    LocalRecipients recipients,
    MailStore store,
    DnsResolver dns,
    Transports transports,
    TraceLog trace,
    ServerTls tls,
    OutboundSmtp outboundSmtp,
    Function<String, Optional<Listener>> listeners,
    SmtpProbe probe,
    LoginGuard loginGuard)
    implements Services {

  @Override
  public Optional<Listener> listener(String name) {
    return listeners.apply(name);
  }

  /** The same services, but transports are registered elsewhere: for a chain that isn't in force yet. */
  public static ServerServices withTransports(Services services, Transports transports) {
    return new ServerServices(
        services.environment(),
        services.queue(),
        services.users(),
        services.aliases(),
        services.recipients(),
        services.store(),
        services.dns(),
        transports,
        services.trace(),
        services.tls(),
        services.outboundSmtp(),
        services::listener,
        services.probe(),
        services.loginGuard());
  }
}
