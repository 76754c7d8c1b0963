package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.queue.log.Append;

class AppendDoubtsTest {
  private final AppendDoubts doubts = new AppendDoubts();

  private static Append append(int octet) {
    return new Append(List.of(), List.of(new Append.Entry("test:example.net", new byte[] {
      1, (byte) octet
    })));
  }

  @Test
  void oneWhoseRecordArrivesTookPlace() {
    Append append = append(7);
    AppendDoubts.Doubt doubt = doubts.add(append);

    doubts.arrived(new byte[] {1, 8});
    assertThat(doubt.hasArrived()).isFalse();
    doubts.arrived(new byte[] {1, 7});
    doubt.readThrough();

    assertThat(doubt.hasArrived()).isTrue();
    assertThat(doubt.isMissing()).isFalse();
    assertThat(doubts.about(append)).contains(doubt);
  }

  @Test
  void oneThatIsNotThereWhenItsShardIsReadDidNot() {
    AppendDoubts.Doubt doubt = doubts.add(append(7));
    assertThat(doubt.isMissing()).isFalse();

    doubt.readThrough();

    assertThat(doubt.isMissing()).isTrue();
  }

  @Test
  void oneIsNotWaitedForWithoutEndWhileTheBrokerIsThere() {
    AppendDoubts.Doubt doubt = doubts.add(append(7));

    assertThat(doubt.isWaitedFor(Duration.ofHours(1), true)).isFalse();
    assertThat(doubt.isWaitedFor(Duration.ofNanos(-1), true)).isTrue();
    assertThat(doubt.isWaitedFor(Duration.ofNanos(-1), false)).isFalse();
  }

  @Test
  void oneThatNobodyMakesAgainIsNotKept() {
    WeakReference<Append> append = new WeakReference<>(doubtAndArrive());

    await().until(() -> {
      System.gc();
      return append.refersTo(null);
    });

    assertThat(doubts.waitedFor()).isZero();
  }

  private Append doubtAndArrive() {
    Append append = append(7);
    doubts.add(append);
    assertThat(doubts.waitedFor()).isEqualTo(1);
    doubts.arrived(new byte[] {1, 7});
    return append;
  }

  @Test
  void oneThatNeverArrivesIsNotKeptEither() {
    Append first = append(1);
    AppendDoubts.Doubt doubt = doubts.add(first);
    WeakReference<Append> dropped = new WeakReference<>(doubtAbout(2));

    await().until(() -> {
      System.gc();
      return dropped.refersTo(null);
    });

    assertThat(doubts.about(first)).contains(doubt);
  }

  private Append doubtAbout(int octet) {
    Append append = append(octet);
    doubts.add(append);
    return append;
  }

  @Test
  void nothingIsKnownOfOneThatIsOver() {
    Append append = append(7);
    AppendDoubts.Doubt doubt = doubts.add(append);

    doubts.remove(append);
    doubts.arrived(new byte[] {1, 7});

    assertThat(doubts.about(append)).isEmpty();
    assertThat(doubt.hasArrived()).isFalse();
  }
}
