package org.mansio.queue.outgoing;

import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Spreads what would otherwise happen at one moment. What is drawn follows from whose it is, so that the same is decided
 * again after a crash.
 */
final class Spread {
  /** The largest part of a time that is added to it, or taken away. */
  static final double WIDTH = 0.2;

  private Spread() {}

  /** The time, or up to a fifth longer. */
  static Duration longer(Duration time, Object... whose) {
    return time.plus(share(time, whose));
  }

  /** The time, or up to a fifth shorter. */
  static Duration shorter(Duration time, Object... whose) {
    return time.minus(share(time, whose));
  }

  private static Duration share(Duration time, Object... whose) {
    double drawn = new SplittableRandom(Objects.hash(whose)).nextDouble();
    return Duration.ofMillis((long) (time.toMillis() * WIDTH * drawn));
  }
}
