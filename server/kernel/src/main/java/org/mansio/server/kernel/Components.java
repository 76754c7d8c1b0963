package org.mansio.server.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's own parts as components. */
final class Components {
  private static final Logger LOG = LoggerFactory.getLogger(Components.class);

  private Components() {}

  /** What a start does. */
  @FunctionalInterface
  interface Start {
    void run() throws Exception;
  }

  /** What a stop does. */
  @FunctionalInterface
  interface Stop {
    void run(Duration grace) throws Exception;
  }

  private record Simple(String name, Phase phase, Start onStart, Stop onStop) implements Component {
    @Override
    public void start() throws Exception {
      onStart.run();
    }

    @Override
    public void stop(Duration grace) throws Exception {
      onStop.run(grace);
    }
  }

  static Component of(String name, Component.Phase phase, Start start, Stop stop) {
    return new Simple(name, phase, start, stop);
  }

  static Component directory(Directory directory) {
    return of("directory", Component.Phase.DIRECTORY, directory::open, grace -> directory.close());
  }

  /** Something without a start; closed when it can be. */
  static Component closing(String name, Component.Phase phase, Object part) {
    return of(name, phase, () -> {}, grace -> {
      if (part instanceof AutoCloseable closeable) {
        closeable.close();
      }
    });
  }

  static Component queue(MailQueue queue) {
    return of("queue", Component.Phase.QUEUE, queue::open, queue::close);
  }

  /** Stopped by closing the queue. */
  static Component processing(MailQueue queue, MailProcessor chain, Transports transports) {
    return of(
        "processing",
        Component.Phase.PROCESSING,
        () -> queue.start(chain, transports),
        grace -> {});
  }

  /** All listeners: started in order, all or none; stopped at the same time, so that they share the grace. */
  static Component listeners(Listeners listeners) {
    return of(
        "listeners",
        Component.Phase.LISTENERS,
        () -> startAll(listeners),
        grace -> stopAll(listeners.all(), grace));
  }

  private static void startAll(Listeners listeners) throws Exception {
    List<Listener> started = new ArrayList<>();
    for (Listener listener : listeners.all()) {
      try {
        listener.start();
        started.add(listener);
        LOG.info(
            "Listener {} ({}) accepts on {}",
            listener.name(),
            listener.protocol(),
            listener.addresses());
      } catch (Throwable e) {
        stopAll(started, Duration.ZERO);
        throw new StartException("listener '" + listener.name() + "'", e);
      }
    }
  }

  private static void stopAll(List<Listener> listeners, Duration grace)
      throws InterruptedException {
    List<Thread> stops = new ArrayList<>();
    for (Listener listener : listeners) {
      // Half of the grace is left for the deliveries under way.
      stops.add(Thread.ofVirtual()
          .name("stop-" + listener.name())
          .start(() -> listener.stop(grace.dividedBy(2))));
    }
    for (Thread stop : stops) {
      stop.join();
    }
  }
}
