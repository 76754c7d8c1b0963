package org.mansio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashMarkerTest {
  @TempDir
  Path directory;

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant BEFORE = START.minusSeconds(1);

  private CrashMarker begin(int inHand) throws IOException {
    CrashMarker marker = new CrashMarker(directory, inHand);
    marker.begin(START);
    return marker;
  }

  @Test
  void afterACrashAsManyMailsAreSuspectAsWereInHand() throws IOException {
    begin(2);

    CrashMarker next = begin(500);

    assertThat(next.isSuspect(BEFORE)).isTrue();
    assertThat(next.isSuspect(BEFORE)).isTrue();
    assertThat(next.isSuspect(BEFORE)).isFalse();
  }

  @Test
  void afterACleanEndNoneIs() throws IOException {
    begin(2).end();

    assertThat(begin(2).isSuspect(BEFORE)).isFalse();
  }

  @Test
  void noneIsOnceAllMailFromBeforeTheStartHasBeenTaken() throws IOException {
    begin(2);
    CrashMarker next = begin(2);

    next.passed();

    assertThat(next.isSuspect(BEFORE)).isFalse();
  }

  @Test
  void mailThatCameSinceTheStartIsNot() throws IOException {
    begin(2);

    assertThat(begin(2).isSuspect(START)).isFalse();
  }

  @Test
  void aTornMarkerCountsAsACrash() throws IOException {
    Files.createFile(directory.resolve("at-work"));

    assertThat(begin(1).isSuspect(BEFORE)).isTrue();
  }
}
