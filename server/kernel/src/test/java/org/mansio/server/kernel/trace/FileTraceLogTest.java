package org.mansio.server.kernel.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.kernel.ServerSettings;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;

class FileTraceLogTest {
  @TempDir
  private Path folder;

  private FileTraceLog log;

  @BeforeEach
  void prepare() {
    log = newLog("16M", "512M");
  }

  private FileTraceLog newLog(String segment, String max) {
    return new FileTraceLog(folder, settings(segment, max), Clock.systemUTC());
  }

  private static Settings settings(String segment, String max) {
    try {
      return Settings.ofTexts(ServerSettings.TRACE, Map.of("segmentSize", segment, "maxSize", max));
    } catch (org.mansio.spi.settings.InvalidSettingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void open(String segment, String max) {
    log = newLog(segment, max);
    log.start();
  }

  @AfterEach
  void close() throws InterruptedException {
    log.stop(Duration.ZERO);
  }

  private static TraceEvent event(String id, Kind kind, String text, Map<String, String> details) {
    return TraceEvent.now(new MailId(id), kind, "root/0/Null", text, details);
  }

  private static List<String> texts(List<TraceEvent> events) {
    return events.stream().map(TraceEvent::text).toList();
  }

  @Test
  void findsByQueueIdWithAllThatCameOutOfIt() {
    open("16M", "512M");
    log.record(event("A", Kind.RECEIVED, "in", Map.of()));
    log.record(event("X", Kind.RECEIVED, "other", Map.of()));
    log.record(event("A", Kind.SENT, "split", Map.of("child", "A.1")));
    log.record(event("A.1", Kind.SENT, "copy", Map.of("child", "B")));
    log.record(event("B", Kind.DROPPED, "gone", Map.of()));
    assertThat(texts(log.find("A"))).containsExactly("in", "split", "copy", "gone");
    assertThat(texts(log.find("B"))).containsExactly("gone");
  }

  @Test
  void findsByMessageIdWithOrWithoutBrackets() {
    open("16M", "512M");
    log.record(event("A", Kind.RECEIVED, "in", Map.of("message-id", "<m@example.org>")));
    log.record(event("A", Kind.DROPPED, "out", Map.of()));
    log.record(event("B", Kind.NOTE, "mentions m@example.org", Map.of()));
    assertThat(texts(log.find("<m@example.org>"))).containsExactly("in", "out");
    assertThat(texts(log.find("m@example.org"))).containsExactly("in", "out");
    assertThat(log.find("none@example.org")).isEmpty();
  }

  @Test
  void findsByMessageIdAlsoWhatTheChainDidBeforeTheReceptionWasWritten() {
    open("16M", "512M");
    TraceEvent received = event("A", Kind.RECEIVED, "in", Map.of("message-id", "<m@example.org>"));
    log.record(event("A", Kind.MAILET, "routed", Map.of()));
    log.record(received);
    log.record(event("A", Kind.DROPPED, "out", Map.of()));
    assertThat(texts(log.find("<m@example.org>"))).containsExactly("in", "routed", "out");
  }

  @Test
  void findsWhatWasRecordedBeforeARestart() throws InterruptedException {
    open("16M", "512M");
    log.record(event("A", Kind.RECEIVED, "before", Map.of()));
    log.stop(Duration.ZERO);
    open("16M", "512M");
    log.record(event("A", Kind.DROPPED, "after", Map.of()));
    assertThat(texts(log.find("A"))).containsExactly("before", "after");
  }

  /** The gathering would outlast the patience of whoever waits for it. */
  @Test
  void neitherASearchNorAStopWaitsForTheGathering() throws InterruptedException {
    FileTraceLog patient =
        new FileTraceLog(folder, settings("16M", "512M"), Clock.systemUTC(), Duration.ofHours(1));
    patient.start();
    for (int i = 1; i <= 3; i++) {
      patient.record(event("A", Kind.NOTE, "searched", Map.of()));
      assertThat(patient.find("A")).hasSize(i);
    }
    patient.record(event("A", Kind.NOTE, "stopped", Map.of()));
    patient.stop(Duration.ZERO);
    assertThat(patient.find("A")).hasSize(4);
  }

  @Test
  void rotatesSegmentsAndDropsTheOldestBeyondItsSize() throws IOException {
    open("4K", "16K");
    for (int i = 0; i < 1_000; i++) {
      log.record(event("N" + i, Kind.NOTE, "x".repeat(100), Map.of()));
      if (i % 20 == 0) {
        log.find("N" + i);
      }
    }
    assertThat(log.find("N999")).hasSize(1);
    assertThat(log.find("N0")).isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      long total = files.mapToLong(f -> f.toFile().length()).sum();
      // One batch may carry a segment beyond its size.
      assertThat(total).isLessThanOrEqualTo(32 << 10);
    }
  }

  @Test
  void countsWhatItLeavesOutInsteadOfBlocking() {
    for (int i = 0; i < 20_000; i++) {
      log.record(event("A", Kind.NOTE, "text", Map.of()));
    }
    assertThat(log.leftOut()).isEqualTo(20_000 - 16_384);
  }

  @Test
  void skipsALineThatACrashCutOff() throws IOException {
    Files.writeString(
        folder.resolve("trace-1000000000000.log"),
        "2026-01-01T00:00:00Z\tA\tNOTE\tx\tgood\n2026-01-01T00\tA\tNO");
    open("16M", "512M");
    assertThat(texts(log.find("A"))).containsExactly("good");
  }

  @Test
  void dropsSegmentsThatAreTooOld() throws IOException {
    Files.writeString(folder.resolve("trace-1000000000000.log"), "");
    Files.writeString(folder.resolve("trace-1000000000001.log"), "");
    TraceSegments segments = new TraceSegments(
        folder,
        1 << 20,
        1 << 10,
        Duration.ofDays(1),
        Clock.fixed(Instant.ofEpochMilli(1_100_000_000_000L), ZoneOffset.UTC));
    segments.append(
        java.nio.ByteBuffer.wrap("a\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    segments.close();
    assertThat(segments.list())
        .extracting(s -> s.file().getFileName().toString())
        .containsExactly("trace-1000000000001.log", "trace-1100000000000.log");
  }
}
