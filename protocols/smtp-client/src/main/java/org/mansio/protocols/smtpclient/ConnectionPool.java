package org.mansio.protocols.smtpclient;

import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Connections that wait for the next mail to the same peer with the same options. The one used last goes first, so that a
 * surplus ages and is closed. Thread-safe.
 */
final class ConnectionPool implements AutoCloseable {
  private record Key(Peer peer, ClientOptions options) {}

  private record Idle(Key key, ClientConnection connection, Future<?> expiry) {}

  private static final long FAREWELL_MILLIS = 100;

  private final PoolLimits limits;
  private final Map<Key, Deque<Idle>> idleByKey = new HashMap<>();
  private final Set<Idle> idleByAge = new LinkedHashSet<>();
  private boolean closed;

  ConnectionPool(PoolLimits limits) {
    this.limits = limits;
  }

  /** A waiting connection that seems alive; the caller owns it from now on. */
  Optional<ClientConnection> take(Peer peer, ClientOptions options) {
    while (true) {
      Optional<Idle> idle = pollLast(new Key(peer, options));
      if (idle.isEmpty()) {
        return Optional.empty();
      }
      ClientConnection connection = idle.get().connection();
      idle.get().expiry().cancel(false);
      connection.wire().onDisturbance(null);
      if (connection.usable()) {
        return Optional.of(connection);
      }
      connection.wire().close();
    }
  }

  boolean has(Peer peer, ClientOptions options) {
    synchronized (idleByKey) {
      return idleByKey.containsKey(new Key(peer, options));
    }
  }

  int size() {
    synchronized (idleByKey) {
      return idleByAge.size();
    }
  }

  /** Keeps a connection that may be used again, or ends it. */
  void give(ClientConnection connection) {
    if (!connection.usable()) {
      connection.wire().close();
      return;
    }
    long most =
        Math.min(limits.maxMails(), connection.extensions().maxMails().orElse(limits.maxMails()));
    if (connection.mails() >= most) {
      connection.wire().quit();
      return;
    }
    keep(connection);
  }

  private void keep(ClientConnection connection) {
    Key key = new Key(connection.peer(), connection.options());
    List<Idle> surplus = new ArrayList<>();
    synchronized (idleByKey) {
      if (closed) {
        connection.wire().quit();
        return;
      }
      Idle[] self = new Idle[1];
      Future<?> expiry = connection.wire().after(limits.maxIdle(), () -> expire(self));
      Idle idle = new Idle(key, connection, expiry);
      self[0] = idle;
      idleByKey.computeIfAbsent(key, k -> new ArrayDeque<>()).addLast(idle);
      idleByAge.add(idle);
      while (idleByAge.size() > limits.maxIdleConnections()) {
        Idle oldest = idleByAge.iterator().next();
        remove(oldest);
        surplus.add(oldest);
      }
      // Anything that an idle peer says, 421 or the end of the connection, ends its use.
      connection.wire().onDisturbance(() -> drop(idle));
    }
    surplus.forEach(ConnectionPool::end);
  }

  private void expire(Idle[] self) {
    Idle idle;
    synchronized (idleByKey) {
      idle = self[0];
      if (!remove(idle)) {
        return;
      }
    }
    end(idle);
  }

  private void drop(Idle idle) {
    synchronized (idleByKey) {
      if (!remove(idle)) {
        return;
      }
    }
    idle.expiry().cancel(false);
    idle.connection().wire().close();
  }

  private static Future<?> end(Idle idle) {
    idle.expiry().cancel(false);
    idle.connection().wire().onDisturbance(null);
    return idle.connection().wire().quit();
  }

  private Optional<Idle> pollLast(Key key) {
    synchronized (idleByKey) {
      Deque<Idle> waiting = idleByKey.get(key);
      if (waiting == null) {
        return Optional.empty();
      }
      Idle last = waiting.getLast();
      remove(last);
      return Optional.of(last);
    }
  }

  private boolean remove(Idle idle) {
    if (!idleByAge.remove(idle)) {
      return false;
    }
    Deque<Idle> waiting = idleByKey.get(idle.key());
    if (waiting != null) {
      waiting.remove(idle);
      if (waiting.isEmpty()) {
        idleByKey.remove(idle.key());
      }
    }
    return true;
  }

  @Override
  public void close() {
    List<Idle> all;
    synchronized (idleByKey) {
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
