package org.mansio.server.admin.operations;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mansio.spi.Services;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.queue.QueueException;

/** What is asked to tell whether the server does its work. */
public final class HealthChecks {
  /**
   * Octets free where the data lies, below which an operator should act. The queue refuses mail later than this, so the
   * warning comes first.
   */
  public static final long LOW_DISK = 1L << 30;

  /** How long before a certificate ends an operator should act: who renews it automatically has done so by then. */
  public static final Duration CERTIFICATE_NOTICE = Duration.ofDays(2);

  private HealthChecks() {}

  /**
   * Queue, directory, disk, certificate and each listener.
   *
   * @param certificateEnd when the first of the certificates in force ends
   */
  public static List<HealthCheck> of(
      Services services, Supplier<Instant> certificateEnd, List<Listener> listeners) {
    List<HealthCheck> checks = new ArrayList<>();
    checks.add(
        new HealthCheck("queue", () -> services.queue().refusal().map(HealthChecks::refusal)));
    checks.add(new HealthCheck("directory", () -> {
      services.users().domains();
      return Optional.empty();
    }));
    checks.add(disk(services.environment().data(), LOW_DISK));
    checks.add(certificate(certificateEnd, InstantSource.system()));
    for (Listener listener : listeners) {
      checks.add(new HealthCheck("listener " + listener.name(), () -> listening(listener)));
    }
    return checks;
  }

  static HealthCheck disk(Path folder, long low) {
    return new HealthCheck("disk", () -> {
      long free = Files.getFileStore(folder).getUsableSpace();
      return free >= low
          ? Optional.empty()
          : Optional.of("only " + (free >> 20) + " MiB are free below " + folder + "; make room");
    });
  }

  /** @param validUntil when the first of the certificates in force ends */
  static HealthCheck certificate(Supplier<Instant> validUntil, InstantSource clock) {
    return new HealthCheck("certificate", () -> {
      Instant end = validUntil.get();
      Instant now = clock.instant();
      if (now.plus(CERTIFICATE_NOTICE).isBefore(end)) {
        return Optional.empty();
      }
      return Optional.of((now.isBefore(end) ? "ends on " : "ended on ")
          + end
          + ": put a new one in place of the files that <tls> in server.xml names");
    });
  }

  private static Optional<String> listening(Listener listener) {
    return listener.addresses().isEmpty()
        ? Optional.of("accepts no connections")
        : Optional.empty();
  }

  private static String refusal(QueueException.Reason reason) {
    return switch (reason) {
      case FULL ->
        "refuses mail: the disk or the queue's limit is reached; make room or raise the limit";
      case UNAVAILABLE -> "refuses mail: the broker or its disk is away; see the log";
      case CLOSED -> "refuses mail: it is closed";
    };
  }
}
