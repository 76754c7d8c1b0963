package org.mansio.mailets.delivery.route;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalInt;

/**
 * How an address that nobody knows yet comes to be trusted: few mails a day at first, then more. Behind the last day there
 * is no limit any more.
 *
 * @param perDay mails to one destination on the first day, the second, and so on
 * @param since the first day, in UTC; none go before it
 */
record WarmUp(List<Integer> perDay, LocalDate since) {
  WarmUp {
    perDay = List.copyOf(perDay);
  }

  /** Mails to one destination on that day; empty: as many as there are. */
  OptionalInt quota(LocalDate day) {
    long age = ChronoUnit.DAYS.between(since, day);
    if (age < 0) {
      return OptionalInt.of(0);
    }
    return age < perDay.size() ? OptionalInt.of(perDay.get((int) age)) : OptionalInt.empty();
  }
}
