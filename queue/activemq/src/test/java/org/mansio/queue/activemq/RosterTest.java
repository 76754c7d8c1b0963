package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.mansio.queue.log.Peers.Peer;

class RosterTest {
  private static final Peer B = new Peer("2", "b");
  private static final Duration BEAT = Duration.ofSeconds(1);

  private final AtomicLong now = new AtomicLong();
  private final Roster roster = new Roster(now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aServerThatIsSilentForLongIsFound() {
    assertThat(roster.heard(B, true, true)).isTrue();
    assertThat(roster.heard(B, true, false)).isFalse();
    for (Duration silent = Duration.ZERO;
        silent.compareTo(Roster.DEAD) < 0;
        silent = silent.plus(BEAT)) {
      pass(BEAT);
      assertThat(roster.silent()).isEmpty();
    }

    pass(BEAT);

    assertThat(roster.silent()).containsExactly(B);
    assertThat(roster.remove(B)).isTrue();
    assertThat(roster.isEmpty()).isTrue();
  }

  @Test
  void nobodyIsSilentToAServerThatWasHeldUpItself() {
    roster.heard(B, true, true);
    pass(Roster.DEAD.multipliedBy(2));

    assertThat(roster.silent()).isEmpty();

    pass(BEAT);
    assertThat(roster.silent()).as("it has the time to be heard").isEmpty();
    assertThat(roster.peers()).containsExactly(B);
  }

  @Test
  void theFormerStartOfAServerThatGreetsIsFound() {
    roster.heard(B, true, true);
    roster.heard(new Peer("3", "c"), true, true);
    Peer fresh = new Peer("4", "b");

    assertThat(roster.formerOf(fresh)).containsExactly(B);

    roster.remove(B);
    roster.heard(fresh, true, true);
    assertThat(roster.formerOf(fresh)).as("one that connects again").isEmpty();
  }

  @Test
  void eachNewConnectionOfAServerIsCounted() {
    roster.heard(B, true, true);
    int before = roster.greetings(B);

    roster.heard(B, true, false);
    assertThat(roster.greetings(B)).isEqualTo(before);
    roster.heard(B, true, true);

    assertThat(roster.greetings(B)).isNotEqualTo(before);
  }

  @Test
  void theShardsAreDividedInTheOrderInWhichTheServersStarted() {
    Peer self = new Peer("1", "a");
    assertThat(roster.isTurnOf(self, 1)).isTrue();

    roster.heard(B, false, true);

    assertThat(roster.isTurnOf(self, 0)).isTrue();
    assertThat(roster.isTurnOf(self, 1)).isFalse();
    assertThat(roster.isTurnOf(self, 2)).isTrue();
  }
}
