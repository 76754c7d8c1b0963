package org.mansio.spi.queue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.mansio.spi.mail.Recipient;

/**
 * What an attempt did. A recipient without a result counts as deferred.
 *
 * @param results by recipient
 * @param laneDown whether the destination as a whole could not be reached, so that the lane should back off
 */
public record DeliveryReport(Map<Recipient, RecipientResult> results, boolean laneDown) {
  public DeliveryReport {
    results = Map.copyOf(results);
  }

  /** The same kind of result for all recipients. */
  public static DeliveryReport forAll(
      Delivery delivery, Function<Recipient, RecipientResult> result, boolean laneDown) {
    Map<Recipient, RecipientResult> results = new LinkedHashMap<>();
    delivery
        .mail()
        .envelope()
        .recipients()
        .forEach(recipient -> results.put(recipient, result.apply(recipient)));
    return new DeliveryReport(results, laneDown);
  }
}
