package org.mansio.server.admin.operations;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.mansio.server.admin.ListenerView;
import org.mansio.server.admin.ListenersMXBean;
import org.mansio.spi.listener.Listener;

/** The listeners that are switched on. */
public final class ListenerOperations implements ListenersMXBean {
  private final List<Listener> listeners;

  public ListenerOperations(List<Listener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public List<ListenerView> list() {
    return listeners.stream()
        .map(l -> new ListenerView(
            l.name(),
            l.protocol(),
            l.addresses().stream().map(ListenerOperations::text).toList(),
            l.connections()))
        .toList();
  }

  private static String text(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip == null ? address.getHostString() : ip.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
