package org.mansio.protocols.smtpclient;

import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Connections that wait for the next mail to the same peer with the same options. The one used last goes first, so that a
 * surplus ages and is closed. Thread-safe.
 *
 * <p>It is asked twice for each mail, so its ways are short: connections are found by the address alone, whose hash is a few
 * additions, and only then compared with the options, which for most peers are one and the same object. All wait equally
 * long, so that one timer, set for the oldest, serves them all.
 */
final class ConnectionPool implements AutoCloseable {
  private static final long FAREWELL_MILLIS = 100;

  private final PoolLimits limits;
  private final Map<InetSocketAddress, Deque<Idle>> idleByAddress = new HashMap<>();
  // Of equal patience, so that who came first is due first.
  private final Set<Idle> idleByAge = new LinkedHashSet<>();
  private boolean sweeping;
  private boolean closed;

  /** A waiting connection. No record: its identity is all that sets look at. */
  private static final class Idle {
    private final ClientConnection connection;
    private final long due;

    Idle(ClientConnection connection, long due) {
      this.connection = connection;
      this.due = due;
    }

    InetSocketAddress address() {
      return connection.peer().address();
    }

    boolean suits(Peer peer, ClientOptions options) {
      ClientOptions own = connection.options();
      return (own == options || own.equals(options)) && connection.peer().equals(peer);
    }
  }

  ConnectionPool(PoolLimits limits) {
    this.limits = limits;
  }

  /** A waiting connection that seems alive; the caller owns it from now on. */
  Optional<ClientConnection> take(Peer peer, ClientOptions options) {
    while (true) {
      Optional<Idle> idle = pollLast(peer, options);
      if (idle.isEmpty()) {
        return Optional.empty();
      }
      ClientConnection connection = idle.get().connection;
      connection.wire().onDisturbance(null);
      if (connection.usable()) {
        return Optional.of(connection);
      }
      connection.wire().close();
    }
  }

  boolean has(Peer peer, ClientOptions options) {
    synchronized (idleByAddress) {
      Deque<Idle> waiting = idleByAddress.get(peer.address());
      return waiting != null && waiting.stream().anyMatch(idle -> idle.suits(peer, options));
    }
  }

  int size() {
    synchronized (idleByAddress) {
      return idleByAge.size();
    }
  }

  /** Keeps a connection that may be used again, or ends it. */
  void give(ClientConnection connection) {
    if (!connection.usable()) {
      connection.wire().close();
    } else if (isWorn(connection)) {
      connection.wire().quit();
    } else {
      keep(connection);
    }
  }

  /** Whether it has had as many mails as a connection may have. */
  boolean isWorn(ClientConnection connection) {
    long most =
        Math.min(limits.maxMails(), connection.extensions().maxMails().orElse(limits.maxMails()));
    return connection.mails() >= most;
  }

  private void keep(ClientConnection connection) {
    Idle idle = new Idle(connection, System.nanoTime() + limits.maxIdle().toNanos());
    List<Idle> surplus = new ArrayList<>();
    synchronized (idleByAddress) {
      if (closed) {
        connection.wire().quit();
        return;
      }
      idleByAddress.computeIfAbsent(idle.address(), k -> new ArrayDeque<>()).addLast(idle);
      idleByAge.add(idle);
      while (idleByAge.size() > limits.maxIdleConnections()) {
        Idle oldest = idleByAge.iterator().next();
        remove(oldest);
        surplus.add(oldest);
      }
      if (!sweeping) {
        sweeping = true;
        sweepAfter(limits.maxIdle(), connection);
      }
      // Anything that an idle peer says, 421 or the end of the connection, ends its use.
      connection.wire().onDisturbance(() -> drop(idle));
    }
    surplus.forEach(ConnectionPool::end);
  }

  private void sweepAfter(Duration time, ClientConnection connection) {
    connection.wire().after(time, this::sweep);
  }

  /** Ends what has waited long enough, and comes again for the next one. */
  private void sweep() {
    List<Idle> due = new ArrayList<>();
    synchronized (idleByAddress) {
      long now = System.nanoTime();
      while (!idleByAge.isEmpty() && idleByAge.iterator().next().due - now <= 0) {
        Idle oldest = idleByAge.iterator().next();
        remove(oldest);
        due.add(oldest);
      }
      sweeping = !idleByAge.isEmpty();
      if (sweeping) {
        Idle next = idleByAge.iterator().next();
        // The timer counts whole milliseconds.
        sweepAfter(Duration.ofNanos(next.due - now).plusMillis(1), next.connection);
      }
    }
    due.forEach(ConnectionPool::end);
  }

  private void drop(Idle idle) {
    synchronized (idleByAddress) {
      if (!remove(idle)) {
        return;
      }
    }
    idle.connection.wire().close();
  }

  private static Future<?> end(Idle idle) {
    idle.connection.wire().onDisturbance(null);
    return idle.connection.wire().quit();
  }

  private Optional<Idle> pollLast(Peer peer, ClientOptions options) {
    synchronized (idleByAddress) {
      Deque<Idle> waiting = idleByAddress.get(peer.address());
      if (waiting == null) {
        return Optional.empty();
      }
      for (Iterator<Idle> latest = waiting.descendingIterator(); latest.hasNext(); ) {
        Idle idle = latest.next();
        if (idle.suits(peer, options)) {
          remove(idle);
          return Optional.of(idle);
        }
      }
      return Optional.empty();
    }
  }

  private boolean remove(Idle idle) {
    if (!idleByAge.remove(idle)) {
      return false;
    }
    Deque<Idle> waiting = idleByAddress.get(idle.address());
    if (waiting != null) {
      // From the end: that is where those stand that are taken up.
      waiting.removeLastOccurrence(idle);
      if (waiting.isEmpty()) {
        idleByAddress.remove(idle.address());
      }
    }
    return true;
  }

  @Override
  public void close() {
    List<Idle> all;
    synchronized (idleByAddress) {
      closed = true;
      all = new ArrayList<>(idleByAge);
      all.forEach(this::remove);
    }
    List<Future<?>> farewells = new ArrayList<>();
    all.forEach(idle -> farewells.add(end(idle)));
    // The event loops end next and take the sockets with them; a peer whose window is full isn't
    // worth a wait.
    farewells.forEach(farewell -> farewell.awaitUninterruptibly(FAREWELL_MILLIS));
  }
}
