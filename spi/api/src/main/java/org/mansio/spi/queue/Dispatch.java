package org.mansio.spi.queue;

import java.util.Objects;

/**
 * A mail on its way to one destination.
 *
 * @param mail with just the recipients that go there
 * @param route where
 */
public record Dispatch(SpooledMail mail, Route route) {
  public Dispatch {
    Objects.requireNonNull(mail);
    Objects.requireNonNull(route);
  }
}
