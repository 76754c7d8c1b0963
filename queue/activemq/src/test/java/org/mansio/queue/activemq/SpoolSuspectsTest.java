package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpoolSuspectsTest {
  private static final long LOST = 1_000_000_000L;
  private static final long HOUR = 3_600_000L;

  private final SpoolSuspects suspects = new SpoolSuspects();

  @Test
  void asManyAtTheHeadOfTheSpoolAsWereInHandMayHaveBeen() {
    suspects.begin(LOST, 2);

    assertThat(suspects.isSuspect(LOST - HOUR)).isTrue();
    assertThat(suspects.isSuspect(LOST - 1)).isTrue();
    assertThat(suspects.isSuspect(LOST - 1)).isFalse();
  }

  @Test
  void whatCameAfterwardsWasInNobodysHand() {
    suspects.begin(LOST, 2);

    assertThat(suspects.isSuspect(LOST + HOUR)).isFalse();
    assertThat(suspects.isSuspect(LOST - 1)).isTrue();
  }

  @Test
  void nothingIsSuspectWhenNothingWasLost() {
    assertThat(suspects.isSuspect(LOST)).isFalse();
  }
}
