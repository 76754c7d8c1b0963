package org.mansio.spi.mailet;

import java.time.Duration;

/** What happens to a mail after a mailet. */
public sealed interface Outcome {
  /** On to the next mailet of the processor. */
  record Next() implements Outcome {}

  /** On to the first mailet of another processor. */
  record ToProcessor(String processor) implements Outcome {}

  /** Its way through the chain ends: deliveries have it. */
  record Dispatched() implements Outcome {}

  /** Its way ends here for good; the reason stands in the trace. */
  record Dropped(String reason) implements Outcome {}

  /** It waits and runs the same mailet again after at least {@code delay}. */
  record RetryLater(Duration delay, String reason) implements Outcome {}

  static Outcome next() {
    return new Next();
  }

  static Outcome toProcessor(String processor) {
    return new ToProcessor(processor);
  }

  static Outcome dispatched() {
    return new Dispatched();
  }

  static Outcome dropped(String reason) {
    return new Dropped(reason);
  }

  static Outcome retryLater(Duration delay, String reason) {
    return new RetryLater(delay, reason);
  }
}
