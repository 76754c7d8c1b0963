package org.mansio.server.kernel;

import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Transport;

/** Closes a transport only when no attempt is under way in it: a reload breaks no delivery. Thread-safe. */
final class CountedTransport implements Transport {
  private final Transport registered;
  private final Transport transport;
  private int underWay;
  private boolean retired;
  private boolean closed;

  CountedTransport(Transport registered) {
    this.registered = registered;
    this.transport = PluginContext.wrap(Transport.class, registered);
  }

  /** Whether another transport would do the same. */
  boolean isLike(Transport other) {
    return registered.equals(other);
  }

  boolean isOf(Transport object) {
    return registered == object;
  }

  @Override
  public String name() {
    return transport.name();
  }

  @Override
  public int laneConcurrency() {
    return transport.laneConcurrency();
  }

  @Override
  public boolean waitsForRequest() {
    return transport.waitsForRequest();
  }

  @Override
  public DeliveryReport deliver(Delivery delivery) throws Exception {
    enter();
    try {
      return transport.deliver(delivery);
    } finally {
      leave();
    }
  }

  private synchronized void enter() {
    underWay++;
  }

  private void leave() {
    boolean last;
    synchronized (this) {
      underWay--;
      last = mayClose();
    }
    if (last) {
      transport.close();
    }
  }

  @Override
  public void close() {
    boolean last;
    synchronized (this) {
      retired = true;
      last = mayClose();
    }
    if (last) {
      transport.close();
    }
  }

  private boolean mayClose() {
    if (!retired || underWay > 0 || closed) {
      return false;
    }
    closed = true;
    return true;
  }
}
