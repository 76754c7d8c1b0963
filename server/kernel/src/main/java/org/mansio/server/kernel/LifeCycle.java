package org.mansio.server.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts components in the order of their phases and stops them backwards; each call once counts. Thread-safe. */
final class LifeCycle {
  private static final Logger LOG = LoggerFactory.getLogger(LifeCycle.class);

  private final List<Component> components;
  private final Deque<Component> started = new ArrayDeque<>();
  private boolean running;

  /** @param components those of one phase start in the order given */
  LifeCycle(List<Component> components) {
    this.components =
        components.stream().sorted(Comparator.comparing(Component::phase)).toList();
  }

  synchronized boolean isRunning() {
    return running;
  }

  /** Starts all; does nothing when they run. @throws StartException when one failed; nothing runs then */
  synchronized void start(Duration grace) throws StartException {
    if (running) {
      return;
    }
    running = true;
    for (Component component : components) {
      try {
        LOG.debug("Starting {}", component.name());
        component.start();
        started.push(component);
      } catch (Exception | LinkageError e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        // What it had opened before it failed is its own to close.
        stop(grace);
        throw new StartException(component.name(), e);
      }
    }
  }

  /** Stops all that runs, whatever fails; does nothing when nothing runs. */
  synchronized void stop(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    while (!started.isEmpty()) {
      Component component = started.pop();
      try {
        LOG.debug("Stopping {}", component.name());
        component.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      } catch (Exception | LinkageError e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.error("{} did not stop cleanly", component.name(), e);
      }
    }
    running = false;
  }
}
