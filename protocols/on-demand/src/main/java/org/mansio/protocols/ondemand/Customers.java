package org.mansio.protocols.ondemand;

import java.util.List;
import java.util.function.Predicate;
import org.mansio.spi.smtp.SmtpSession;

/**
 * All who may ask for mail. Immutable.
 *
 * @param all in the order of the configuration
 */
record Customers(List<Customer> all) {
  Customers {
    all = List.copyOf(all);
  }

  /** What the client of this session may ask for, however it is known. */
  List<Domains> of(SmtpSession session) {
    return of(session, requester -> true);
  }

  /**
   * What the client of this session may ask for.
   *
   * @param known which ways of being known count
   */
  List<Domains> of(SmtpSession session, Predicate<Requester> known) {
    return all.stream()
        .filter(customer -> known.test(customer.requester()) && customer.isBehind(session))
        .flatMap(customer -> customer.domains().stream())
        .distinct()
        .toList();
  }

  /** Whether the domain is a customer's. */
  boolean own(String domain) {
    return all.stream()
        .flatMap(customer -> customer.domains().stream())
        .anyMatch(domains -> domains.covers(domain));
  }
}
