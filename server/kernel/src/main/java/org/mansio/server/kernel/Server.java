package org.mansio.server.kernel;

import com.google.inject.Injector;
import java.time.Duration;
import java.util.List;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Environment;
import org.mansio.spi.Services;
import org.mansio.spi.listener.Listener;

/** A checked server, ready to start. Made by {@link ServerAssembly}. Thread-safe. */
public final class Server {
  private final Injector injector;
  private final LifeCycle lifeCycle;
  private final Duration grace;
  private final List<Problem> warnings;

  Server(Injector injector, LifeCycle lifeCycle, Duration grace, List<Problem> warnings) {
    this.injector = injector;
    this.lifeCycle = lifeCycle;
    this.grace = grace;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Opens and starts everything; returns when the queue is open and every listener accepts. Does nothing when it runs.
   *
   * @throws StartException when a part can't start; nothing runs then
   */
  public void start() throws StartException {
    lifeCycle.start(grace);
  }

  /** Stops taking mail, finishes what is under way within the configured grace, closes everything. Idempotent. */
  public void stop() {
    lifeCycle.stop(grace);
  }

  /** How long {@link #stop} waits for what is under way. */
  public Duration shutdownGrace() {
    return grace;
  }

  public boolean isRunning() {
    return lifeCycle.isRunning();
  }

  /** What is doubtful in the configuration without stopping start-up. */
  public List<Problem> warnings() {
    return warnings;
  }

  public Environment environment() {
    return injector.getInstance(Environment.class);
  }

  public Services services() {
    return injector.getInstance(Services.class);
  }

  public PluginRegistry plugins() {
    return injector.getInstance(PluginRegistry.class);
  }

  public Chain chain() {
    return injector.getInstance(Chain.class);
  }

  /** Those that are switched on, in the order of the file. */
  public List<Listener> listeners() {
    return injector.getInstance(Listeners.class).all();
  }

  /** Anything else that a module binds. */
  public <T> T get(Class<T> type) {
    return injector.getInstance(type);
  }
}
