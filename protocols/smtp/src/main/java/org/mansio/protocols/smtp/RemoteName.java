package org.mansio.protocols.smtp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host name of a client, looked up once, when it is first asked for: a name in the PTR record of its address that itself
 * has this address (RFC 8601 §2.7.3). A PTR record alone says whatever the owner of the address likes. Thread-safe.
 */
final class RemoteName {
  private static final Logger log = LoggerFactory.getLogger(RemoteName.class);

  /** The client waits for it with its next reply. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** More names than anybody needs; each costs a look-up. */
  private static final int MAX_NAMES = 10;

  private final InetAddress address;
  private final Supplier<DnsResolver> dns;
  private final Duration patience;
  private @Nullable Optional<String> known;

  RemoteName(InetAddress address, Supplier<DnsResolver> dns) {
    this(address, dns, PATIENCE);
  }

  RemoteName(InetAddress address, Supplier<DnsResolver> dns, Duration patience) {
    this.address = address;
    this.dns = dns;
    this.patience = patience;
  }

  /** One that needs no look-up, since a trusted peer has said it. */
  static RemoteName known(InetAddress address, Optional<String> name) {
    RemoteName remote = new RemoteName(address, () -> {
      throw new IllegalStateException("the name of " + address + " is known");
    });
    remote.known = name;
    return remote;
  }

  /** The name, lower case; empty when there is none or it couldn't be found out in time. Blocks at the first call. */
  synchronized Optional<String> get() {
    Optional<String> current = known;
    if (current == null) {
      current = find();
      known = current;
    }
    return current;
  }

  /** The name if it was asked for before; doesn't block for long. */
  synchronized Optional<String> ifKnown() {
    Optional<String> current = known;
    return current == null ? Optional.empty() : current;
  }

  private Optional<String> find() {
    FutureTask<Optional<String>> task = new FutureTask<>(this::lookUp);
    Thread.ofVirtual().name("reverse-lookup").start(task);
    try {
      return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      log.debug("No host name of {} within {}", address.getHostAddress(), patience);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      log.warn("The host name of {} can't be looked up", address.getHostAddress(), e.getCause());
    }
    return Optional.empty();
  }

  private Optional<String> lookUp() {
    DnsResolver resolver = dns.get();
    return resolver.names(address).recordsOrNone().stream()
        .limit(MAX_NAMES)
        .map(RemoteName::plain)
        .filter(RemoteName::isHostName)
        .filter(name -> confirmed(resolver.addresses(name)))
        .findFirst();
  }

  private boolean confirmed(DnsAnswer<InetAddress> answer) {
    List<InetAddress> addresses = answer.recordsOrNone();
    return addresses.contains(address);
  }

  private static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** The DNS takes any octets in a name (RFC 2181 §11); what stands in headers and logs must be harmless there. */
  private static boolean isHostName(String name) {
    return name.matches("[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9])?");
  }
}
