package org.mansio.server.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;

/**
 * The transports of the server. Those of the chain come as a generation that is exchanged as a whole when the chain is
 * reloaded; those that others register stay. Thread-safe.
 */
public final class TransportRegistry implements Transports, AutoCloseable {
  private final Generation permanent = new Generation();
  private volatile Generation ofChain = new Generation();

  /** Transports that come and go together. What is looked up is found among them first, then among the permanent ones. */
  public final class Generation implements Transports {
    private final Map<String, CountedTransport> byName = new LinkedHashMap<>();

    private Generation() {}

    @Override
    public void register(Transport transport) {
      CountedTransport counted = new CountedTransport(transport);
      CountedTransport present = putIfAbsent(transport.name(), counted);
      if (present == null || present.isOf(transport)) {
        return;
      }
      if (!present.isLike(transport)) {
        throw new IllegalArgumentException("two transports have the name '" + transport.name()
            + "'; mailets that deliver with different settings need different names");
      }
      counted.close();
    }

    private synchronized @Nullable CountedTransport putIfAbsent(
        String name, CountedTransport transport) {
      Optional<CountedTransport> above = this == permanent ? Optional.empty() : permanent.own(name);
      return above.isPresent() ? above.get() : byName.putIfAbsent(name, transport);
    }

    @Override
    public Optional<Transport> find(String name) {
      return own(name)
          .or(() -> this == permanent ? Optional.empty() : permanent.own(name))
          .map(Transport.class::cast);
    }

    @Override
    public Collection<Transport> all() {
      List<Transport> result = new ArrayList<>(ownAll());
      if (this != permanent) {
        result.addAll(permanent.ownAll());
      }
      return result;
    }

    private synchronized Optional<CountedTransport> own(String name) {
      return Optional.ofNullable(byName.get(name));
    }

    private synchronized List<CountedTransport> ownAll() {
      return List.copyOf(byName.values());
    }

    /** Closes each transport as soon as it is idle. */
    public void retire() {
      ownAll().forEach(CountedTransport::close);
    }
  }

  /** A generation for a chain that is being read; not in force yet. */
  public Generation newGeneration() {
    return new Generation();
  }

  /** Puts a generation in force; the one before isn't closed. @return the one before */
  public synchronized Generation install(Generation generation) {
    Generation before = ofChain;
    ofChain = generation;
    return before;
  }

  /** Registers one that stays. */
  @Override
  public void register(Transport transport) {
    permanent.register(transport);
  }

  @Override
  public Optional<Transport> find(String name) {
    return ofChain.find(name);
  }

  @Override
  public Collection<Transport> all() {
    return ofChain.all();
  }

  /** Closes all, each as soon as it is idle. */
  @Override
  public void close() {
    ofChain.retire();
    permanent.retire();
  }
}
