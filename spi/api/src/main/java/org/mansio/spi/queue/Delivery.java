package org.mansio.spi.queue;

import java.util.Objects;

/**
 * One delivery attempt.
 *
 * @param mail with the recipients that are still open
 * @param route where
 * @param attempt counts from 1
 */
public record Delivery(SpooledMail mail, Route route, int attempt) {
  public Delivery {
    Objects.requireNonNull(mail);
    Objects.requireNonNull(route);
  }
}
