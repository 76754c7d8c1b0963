package org.mansio.spi.queue;

import java.util.Collection;
import java.util.Optional;

/** The transports of this server, by name. Mailets that deliver register theirs when the chain is created. Thread-safe. */
public interface Transports {
  /**
   * Registers a transport. Where an equal one has the name already, that one stays, and this one is closed: mailets with the
   * same settings share their connections.
   *
   * @throws IllegalArgumentException when one that isn't equal has the name: two mailets with different settings need
   *     different names
   */
  void register(Transport transport);

  /** The transport of that name, to deliver through; not necessarily the object that was registered. */
  Optional<Transport> find(String name);

  Collection<Transport> all();
}
