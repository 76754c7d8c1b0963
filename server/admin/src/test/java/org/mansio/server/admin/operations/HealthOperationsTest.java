package org.mansio.server.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.admin.HealthStatus;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.testkit.FakeServices;

class HealthOperationsTest {
  @TempDir
  Path folder;

  @Test
  void eachComponentAnswersForItself() throws Exception {
    FakeServices services = new FakeServices(folder);
    java.nio.file.Files.createDirectories(services.environment().data());
    HealthOperations health = new HealthOperations(List.of(
        HealthChecks.of(services, () -> Instant.MAX, List.of()).get(0),
        HealthChecks.of(services, () -> Instant.MAX, List.of()).get(1)));
    assertThat(health.isUp()).isTrue();

    services.queue.refuse(Optional.of(QueueException.Reason.FULL));
    services.directory.setAway(true);

    assertThat(health.isUp()).isFalse();
    assertThat(health.check()).allSatisfy(c -> assertThat(c.reason()).isNotBlank());
    assertThat(health.check())
        .extracting(HealthStatus::component)
        .containsExactly("queue", "directory");
  }

  @Test
  void aDiskBelowItsLimitIsDownAndTellsHowMuchIsLeft() {
    assertThat(new HealthOperations(List.of(HealthChecks.disk(folder, 0))).isUp())
        .isTrue();

    assertThat(new HealthOperations(List.of(HealthChecks.disk(folder, Long.MAX_VALUE))).check())
        .singleElement()
        .satisfies(c -> assertThat(c.reason()).contains("MiB").contains(folder.toString()));
  }

  @Test
  void aCertificateIsDownFromTwoDaysBeforeItsEnd() {
    Instant end = Instant.parse("2026-03-10T12:00:00Z");

    assertThat(certificateAt("2026-03-08T11:59:59Z", end)).isEmpty();
    assertThat(certificateAt("2026-03-08T12:00:00Z", end))
        .hasValueSatisfying(
            reason -> assertThat(reason).startsWith("ends on 2026-03-10T12:00:00Z"));
    assertThat(certificateAt("2026-03-10T12:00:00Z", end))
        .hasValueSatisfying(
            reason -> assertThat(reason).startsWith("ended on 2026-03-10T12:00:00Z"));
  }

  private static Optional<String> certificateAt(String now, Instant end) {
    HealthCheck check =
        HealthChecks.certificate(() -> end, InstantSource.fixed(Instant.parse(now)));
    return Optional.ofNullable(
        new HealthOperations(List.of(check)).check().getFirst().reason());
  }

  @Test
  void aComponentThatHangsIsDownAndHoldsNobodyUp() {
    CountDownLatch never = new CountDownLatch(1);
    HealthOperations health = new HealthOperations(
        List.of(
            new HealthCheck("stuck", () -> {
              never.await();
              return Optional.empty();
            }),
            new HealthCheck("fine", Optional::empty)),
        Duration.ofSeconds(1));

    assertThat(health.check())
        .extracting(HealthStatus::component, HealthStatus::up)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("stuck", false),
            org.assertj.core.groups.Tuple.tuple("fine", true));
  }
}
