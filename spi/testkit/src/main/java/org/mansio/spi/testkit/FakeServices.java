package org.mansio.spi.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.mansio.spi.Environment;
import org.mansio.spi.ServerTls;
import org.mansio.spi.Services;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;
import org.mansio.spi.sasl.LoginGuard;
import org.mansio.spi.smtp.OutboundSession;
import org.mansio.spi.smtp.OutboundSmtp;
import org.mansio.spi.smtp.SmtpProbe;
import org.mansio.spi.smtp.TurnedConnection;
import org.mansio.spi.smtp.Upstream;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.trace.TraceLog;

/**
 * All services in memory, each open to the test through its field.
 *
 * <p>The server is {@code mx.example.org} with the postmaster {@code postmaster@example.org}.
 */
public final class FakeServices implements Services {
  public final MemoryQueue queue = new MemoryQueue();
  public final MemoryDirectory directory = new MemoryDirectory();
  public final MemoryStore store = new MemoryStore();
  public final MapDns dns = new MapDns();
  public final MemoryTransports transports = new MemoryTransports();
  public final MemoryTrace trace = new MemoryTrace();
  public final CountingGuard guard = new CountingGuard();
  private final Environment environment;
  private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
  private volatile SmtpProbe probe = SmtpProbe.none();
  private volatile ServerTls tls = new DefaultTls();
  private volatile OutboundSmtp outboundSmtp = new NoSessions();

  /** Services whose folders lie below {@code folder}. */
  public FakeServices(Path folder) {
    environment = new Environment(
        "mx.example.org",
        MailAddress.of("postmaster@example.org"),
        folder.resolve("conf"),
        folder.resolve("data"));
  }

  /** Services for tests that need no folder. */
  public FakeServices() {
    this(Path.of(System.getProperty("java.io.tmpdir"), "mansio-test"));
  }

  /** Puts client sessions in the place of those that can't be opened. */
  public void setOutboundSmtp(OutboundSmtp newOutboundSmtp) {
    outboundSmtp = newOutboundSmtp;
  }

  /** Adds a listener. */
  public void addListener(Listener listener) {
    listeners.put(listener.name(), listener);
  }

  /** Answers questions about addresses otherwise than with "unknown". */
  public void setProbe(SmtpProbe newProbe) {
    probe = newProbe;
  }

  public void setTls(ServerTls newTls) {
    tls = newTls;
  }

  @Override
  public Environment environment() {
    return environment;
  }

  @Override
  public MailQueue queue() {
    return queue;
  }

  @Override
  public UserDirectory users() {
    return directory;
  }

  @Override
  public AliasTable aliases() {
    return directory.aliases();
  }

  @Override
  public LocalRecipients recipients() {
    return directory;
  }

  @Override
  public MailStore store() {
    return store;
  }

  @Override
  public DnsResolver dns() {
    return dns;
  }

  @Override
  public Transports transports() {
    return transports;
  }

  @Override
  public TraceLog trace() {
    return trace;
  }

  @Override
  public ServerTls tls() {
    return tls;
  }

  @Override
  public OutboundSmtp outboundSmtp() {
    return outboundSmtp;
  }

  @Override
  public Optional<Listener> listener(String name) {
    return Optional.ofNullable(listeners.get(name));
  }

  private static final class NoSessions implements OutboundSmtp {
    @Override
    public OutboundSession open(Upstream upstream) throws IOException {
      throw new IOException(upstream.host() + " can't be reached from a test");
    }

    @Override
    public Transport over(TurnedConnection connection, String name) throws IOException {
      throw new IOException("no sessions in this test");
    }

    @Override
    public void close() {}
  }

  @Override
  public SmtpProbe probe() {
    return probe;
  }

  @Override
  public LoginGuard loginGuard() {
    return guard;
  }

  private static final class DefaultTls implements ServerTls {
    @Override
    public SSLContext context() {
      try {
        return SSLContext.getDefault();
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("no TLS in this JDK", e);
      }
    }

    @Override
    public List<String> protocols() {
      return List.of("TLSv1.3", "TLSv1.2");
    }
  }
}
