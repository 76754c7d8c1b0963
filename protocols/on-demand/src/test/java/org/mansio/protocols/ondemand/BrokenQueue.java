package org.mansio.protocols.ondemand;

import java.lang.reflect.Proxy;
import java.util.Optional;
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
import org.mansio.spi.store.MailStore;
import org.mansio.spi.trace.TraceLog;

/** Services whose queue fails whatever it is asked. */
record BrokenQueue(Services sound) implements Services {
  @Override
  public MailQueue queue() {
    return (MailQueue) Proxy.newProxyInstance(
        MailQueue.class.getClassLoader(),
        new Class<?>[] {MailQueue.class},
        (proxy, method, arguments) -> {
          throw new IllegalStateException("the queue is broken");
        });
  }

  @Override
  public Environment environment() {
    return sound.environment();
  }

  @Override
  public UserDirectory users() {
    return sound.users();
  }

  @Override
  public AliasTable aliases() {
    return sound.aliases();
  }

  @Override
  public LocalRecipients recipients() {
    return sound.recipients();
  }

  @Override
  public MailStore store() {
    return sound.store();
  }

  @Override
  public DnsResolver dns() {
    return sound.dns();
  }

  @Override
  public Transports transports() {
    return sound.transports();
  }

  @Override
  public TraceLog trace() {
    return sound.trace();
  }

  @Override
  public ServerTls tls() {
    return sound.tls();
  }

  @Override
  public LoginGuard loginGuard() {
    return sound.loginGuard();
  }

  @Override
  public OutboundSmtp outboundSmtp() {
    return sound.outboundSmtp();
  }

  @Override
  public Optional<Listener> listener(String name) {
    return sound.listener(name);
  }
}
