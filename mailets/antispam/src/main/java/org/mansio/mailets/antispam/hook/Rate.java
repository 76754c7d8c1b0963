package org.mansio.mailets.antispam.hook;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Counts events of many clients over a sliding time, in two numbers for each: what happened in the period before counts as
 * if it had been spread evenly. Bounded; the client not heard of for longest is forgotten first. Thread-safe.
 */
public final class Rate {
  private static final Window NOTHING = new Window(0, 0, 0);

  private final RecentMap<String, Window> clients;
  private final long period;
  private final InstantSource clock;

  /** @param number which period it is */
  private record Window(long number, int before, int now) {
    Window in(long wanted) {
      if (number == wanted) {
        return this;
      }
      return new Window(wanted, number == wanted - 1 ? now : 0, 0);
    }

    Window withOneMore() {
      return new Window(number, before, now + 1);
    }
  }

  /** @param capacity clients remembered at most */
  public Rate(Duration period, int capacity, InstantSource clock) {
    this.clients = new RecentMap<>(capacity);
    this.period = period.toMillis();
    this.clock = clock;
  }

  /** How many there were within the last period. */
  public long of(String client) {
    long time = clock.millis();
    Window window = clients.get(client).orElse(NOTHING).in(time / period);
    return window.now() + window.before() * (period - time % period) / period;
  }

  /** One more, now. */
  public void add(String client) {
    long number = clock.millis() / period;
    clients.update(client, NOTHING, window -> window.in(number).withOneMore());
  }
}
