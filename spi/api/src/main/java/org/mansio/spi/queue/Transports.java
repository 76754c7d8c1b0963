package org.mansio.spi.queue;

import java.util.Collection;
import java.util.Optional;

/** The transports of this server, by name. Mailets that deliver register theirs when the chain is created. Thread-safe. */
public interface Transports {
  /**
   * Registers a transport.
   *
   * @throws IllegalArgumentException when another one has the name: two mailets with different settings need different names
   */
  void register(Transport transport);

  Optional<Transport> find(String name);

  Collection<Transport> all();
}
