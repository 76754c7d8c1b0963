package org.mansio.server.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mansio.server.kernel.Component.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts components in the order of their phases, phases of one step at the same time, and stops them backwards, one by
 * one; each call once counts. Thread-safe.
 */
final class LifeCycle {
  private static final Logger LOG = LoggerFactory.getLogger(LifeCycle.class);

  private final List<Component> components;
  private final Set<Component> started = new HashSet<>();
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
    Map<Integer, Map<Phase, List<Component>>> steps = components.stream()
        .collect(Collectors.groupingBy(
            component -> component.phase().step(),
            TreeMap::new,
            Collectors.groupingBy(Component::phase, TreeMap::new, Collectors.toList())));
    try {
      for (Map<Phase, List<Component>> step : steps.values()) {
        startTogether(step.values());
      }
    } catch (StartException e) {
      stop(grace);
      throw e;
    }
  }

  /** Returns when each phase is through, well or not. @throws StartException of the first phase that failed */
  private void startTogether(Collection<List<Component>> phases) throws StartException {
    List<PhaseStart> starts = phases.stream().map(PhaseStart::new).toList();
    List<Thread> beside = new ArrayList<>();
    for (PhaseStart start : starts.subList(1, starts.size())) {
      beside.add(Thread.ofPlatform().name("start").start(start));
    }
    starts.getFirst().run();
    beside.forEach(LifeCycle::awaitEnd);
    starts.forEach(start -> started.addAll(start.done));
    for (PhaseStart start : starts) {
      StartException failure = start.failure;
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** An interrupt is for the component that starts; what it leaves behind has to be known before anything is stopped. */
  private static void awaitEnd(Thread start) {
    boolean interrupted = false;
    while (true) {
      try {
        start.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        start.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The start of the components of one phase. Its results are read after its thread has ended. */
  private static final class PhaseStart implements Runnable {
    private final List<Component> components;
    private final List<Component> done = new ArrayList<>();
    private @Nullable StartException failure;

    PhaseStart(List<Component> components) {
      this.components = components;
    }

    @Override
    public void run() {
      for (Component component : components) {
        try {
          LOG.debug("Starting {}", component.name());
          component.start();
          done.add(component);
        } catch (Throwable e) {
          // An error too: the server must not seem to run without this part.
          if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
          }
          // What it had opened before it failed is its own to close.
          // One that names a part of its own says it best.
          failure =
              e instanceof StartException part ? part : new StartException(component.name(), e);
          return;
        }
      }
    }
  }

  /** Stops all that runs, whatever fails; does nothing when nothing runs. */
  synchronized void stop(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    for (Component component : components.reversed()) {
      if (!started.remove(component)) {
        continue;
      }
      try {
        LOG.debug("Stopping {}", component.name());
        component.stop(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      } catch (Throwable e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.error("{} did not stop cleanly", component.name(), e);
      }
    }
    running = false;
  }
}
