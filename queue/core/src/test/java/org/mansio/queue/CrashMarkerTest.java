package org.mansio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashMarkerTest {
  @TempDir
  Path directory;

  private CrashMarker begin(int inHand) throws IOException {
    CrashMarker marker = new CrashMarker(directory, inHand);
    marker.begin();
    return marker;
  }

  @Test
  void afterACrashAsManyMailsAreSuspectAsWereInHand() throws IOException {
    begin(2);

    CrashMarker next = begin(500);

    assertThat(next.isSuspect()).isTrue();
    assertThat(next.isSuspect()).isTrue();
    assertThat(next.isSuspect()).isFalse();
  }

  @Test
  void afterACleanEndNoneIs() throws IOException {
    begin(2).end();

    assertThat(begin(2).isSuspect()).isFalse();
  }

  @Test
  void noneIsOnceAllMailFromBeforeTheStartHasBeenTaken() throws IOException {
    begin(2);
    CrashMarker next = begin(2);

    next.passed();

    assertThat(next.isSuspect()).isFalse();
  }

  @Test
  void aTornMarkerCountsAsACrash() throws IOException {
    Files.createFile(directory.resolve("at-work"));

    assertThat(begin(1).isSuspect()).isTrue();
  }
}
