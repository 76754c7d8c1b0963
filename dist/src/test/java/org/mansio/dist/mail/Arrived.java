package org.mansio.dist.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Waits for mail and compares it with what was sent. */
public final class Arrived {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Arrived() {}

  /** Waits until all have arrived; then each must be there exactly once, unchanged but for trace headers. */
  public static void unchanged(List<TestMessage> sent, Supplier<List<byte[]>> place) {
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(place.get().size()).isGreaterThanOrEqualTo(sent.size()));
    Map<String, List<byte[]>> arrived =
        place.get().stream().collect(Collectors.groupingBy(TestMessage::idOf));
    Map<String, TestMessage> expected =
        sent.stream().collect(Collectors.toMap(TestMessage::id, Function.identity()));
    assertThat(arrived.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    arrived.forEach((id, copies) -> {
      assertThat(copies).as("copies of %s", id).hasSize(1);
      assertThat(expected.get(id).isWithTraceHeaders(copies.getFirst()))
          .as("%s arrived as it was sent", id)
          .isTrue();
    });
  }
}
