package org.mansio.server.kernel;

import jakarta.inject.Provider;
import org.jspecify.annotations.Nullable;

/** Hands the listeners over to those who were wired before they were made. Thread-safe. */
final class ListenersHolder implements Provider<Listeners> {
  private volatile @Nullable Listeners listeners;

  void set(Listeners made) {
    listeners = made;
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
