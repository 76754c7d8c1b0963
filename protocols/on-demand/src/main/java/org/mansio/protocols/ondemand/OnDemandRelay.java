package org.mansio.protocols.ondemand;

import java.time.Clock;
import java.util.List;

/**
 * What the parts of the plugin share: who its customers are, and what they asked for last. The extension says the first when
 * it is created; without it there are no customers. Thread-safe.
 */
final class OnDemandRelay {
  private final Requests requests;
  private final RunLog runs = new RunLog();
  private volatile Customers customers = new Customers(List.of());

  OnDemandRelay(Clock clock) {
    requests = new Requests(clock);
  }

  Customers customers() {
    return customers;
  }

  void setCustomers(Customers newCustomers) {
    customers = newCustomers;
  }

  Requests requests() {
    return requests;
  }

  RunLog runs() {
    return runs;
  }
}
