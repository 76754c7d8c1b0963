package org.mansio.spi;

import java.util.Optional;
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

/**
 * What the server offers to what runs in it. All of it is thread-safe; nothing may be called while factories create their
 * instances, only afterwards, except {@link #environment}, {@link #transports} and, for background services, {@link
 * #listener}.
 */
public interface Services {
  Environment environment();

  MailQueue queue();

  UserDirectory users();

  AliasTable aliases();

  LocalRecipients recipients();

  MailStore store();

  DnsResolver dns();

  Transports transports();

  TraceLog trace();

  ServerTls tls();

  /** Sessions as a client, beside the transports. */
  OutboundSmtp outboundSmtp();

  /**
   * A listener of {@code server.xml} that is switched on.
   *
   * @throws IllegalStateException before the listeners are made, which is when background services are created
   */
  Optional<Listener> listener(String name);

  /** Asks other hosts about addresses. */
  default SmtpProbe probe() {
    return SmtpProbe.none();
  }

  LoginGuard loginGuard();
}
