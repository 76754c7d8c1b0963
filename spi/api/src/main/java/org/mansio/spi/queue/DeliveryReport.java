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
 * @param connections how many connections were opened for it, those kept from a former attempt not counted; 0 also from a
 *     transport that can't tell
 */
public record DeliveryReport(
    Map<Recipient, RecipientResult> results, boolean laneDown, int connections) {
  public DeliveryReport {
    results = Map.copyOf(results);
  }

  public DeliveryReport(Map<Recipient, RecipientResult> results, boolean laneDown) {
    this(results, laneDown, 0);
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
