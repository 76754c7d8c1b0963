package org.mansio.server.kernel;

import jakarta.inject.Provider;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.listener.Listener;

/** Hands the listeners over to those who were wired before they were made. Thread-safe. */
final class ListenersHolder implements Provider<Listeners> {
  private volatile @Nullable Listeners listeners;

  void set(Listeners made) {
    listeners = made;
  }

  /** The one of that name, if it is switched on. */
  Optional<Listener> find(String name) {
    return get().all().stream().filter(listener -> listener.name().equals(name)).findFirst();
  }

  @Override
  public Listeners get() {
    Listeners made = listeners;
    if (made == null) {
      throw new IllegalStateException(
          "the listeners aren't made yet; inject a Provider and ask later");
    }
    return made;
  }
}
