package org.mansio.server.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
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
        HealthChecks.of(services, List.of()).get(0),
        HealthChecks.of(services, List.of()).get(1)));
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
  void aComponentThatHangsIsDownAndHoldsNobodyUp() {
    CountDownLatch never = new CountDownLatch(1);
    HealthOperations health = new HealthOperations(
        List.of(
            new HealthCheck("stuck", () -> {
              never.await();
              return Optional.empty();
            }),
            new HealthCheck("fine", Optional::empty)),
        Duration.ofMillis(50));

    assertThat(health.check())
        .extracting(HealthStatus::component, HealthStatus::up)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("stuck", false),
            org.assertj.core.groups.Tuple.tuple("fine", true));
  }
}
