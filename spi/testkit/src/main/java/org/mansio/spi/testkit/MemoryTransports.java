package org.mansio.spi.testkit;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;

/** A registry of transports. Thread-safe. */
public final class MemoryTransports implements Transports {
  private final Map<String, Transport> byName = new ConcurrentHashMap<>();

  @Override
  public void register(Transport transport) {
    Transport present = byName.putIfAbsent(transport.name(), transport);
    if (present != null && !present.equals(transport)) {
      throw new IllegalArgumentException("transport '" + transport.name() + "' is there already");
    }
    if (present != null && present != transport) {
      transport.close();
    }
  }

  @Override
  public Optional<Transport> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public Collection<Transport> all() {
    return List.copyOf(byName.values());
  }
}
