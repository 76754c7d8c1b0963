package org.mansio.server.admin.operations;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mansio.server.admin.HealthMXBean;
import org.mansio.server.admin.HealthStatus;

/** Asks every component at the same time; one that doesn't answer in time is down. */
public final class HealthOperations implements HealthMXBean {
  /** An operator waits for it, and monitoring systems commonly give up after ten seconds. */
  public static final Duration LIMIT = Duration.ofSeconds(5);

  private final List<HealthCheck> checks;
  private final Duration limit;

  public HealthOperations(List<HealthCheck> checks) {
    this(checks, LIMIT);
  }

  HealthOperations(List<HealthCheck> checks, Duration limit) {
    this.checks = List.copyOf(checks);
    this.limit = limit;
  }

  @Override
  public List<HealthStatus> check() {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      long deadline = System.nanoTime() + limit.toNanos();
      List<Future<Optional<String>>> answers =
          checks.stream().map(check -> executor.submit(check.question())).toList();
      return java.util.stream.IntStream.range(0, checks.size())
          .mapToObj(i -> status(checks.get(i).component(), answers.get(i), deadline))
          .toList();
    } finally {
      // Not close(): that would wait for the one that hangs.
      executor.shutdownNow();
    }
  }

  private HealthStatus status(String component, Future<Optional<String>> answer, long deadline) {
    try {
      Optional<String> trouble =
          answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return new HealthStatus(component, trouble.isEmpty(), trouble.orElse(null));
    } catch (TimeoutException e) {
      return new HealthStatus(
          component, false, "doesn't answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      return new HealthStatus(component, false, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new HealthStatus(component, false, "the check was interrupted");
    }
  }

  @Override
  public boolean isUp() {
    return check().stream().allMatch(HealthStatus::up);
  }
}
