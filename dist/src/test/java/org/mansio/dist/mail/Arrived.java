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

  /** Waits until each has arrived exactly once, unchanged but for trace headers, and nothing else has. */
  public static void unchanged(List<TestMessage> sent, Supplier<List<byte[]>> place) {
    Map<String, TestMessage> expected =
        sent.stream().collect(Collectors.toMap(TestMessage::id, Function.identity()));
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(() -> compare(expected, place.get()));
  }

  private static void compare(Map<String, TestMessage> expected, List<byte[]> place) {
    assertThat(place).as("messages").hasSize(expected.size());
    Map<String, List<byte[]>> arrived =
        place.stream().collect(Collectors.groupingBy(TestMessage::idOf));
    assertThat(arrived.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    arrived.forEach((id, copies) -> {
      TestMessage mail = expected.get(id);
      assertThat(mail != null && mail.isWithTraceHeaders(copies.getFirst()))
          .as("%s arrived as it was sent", id)
          .isTrue();
    });
  }
}
