package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SpoolTwinsTest {
  private final SpoolTwins twins = new SpoolTwins();
  private final UUID record = UUID.randomUUID();

  @Test
  void aRecordThatNobodyDoubtsIsTakenAsOftenAsItComes() {
    assertThat(twins.claim(record)).isTrue();
    assertThat(twins.claim(record)).isTrue();
    assertThat(twins.isDone(record)).isFalse();
  }

  @Test
  void theTwinOfOneInHandIsNeitherTakenNorLetGo() {
    twins.expect(List.of(record));
    assertThat(twins.claim(record)).isTrue();

    assertThat(twins.claim(record)).isFalse();
    assertThat(twins.isDone(record)).isFalse();
  }

  @Test
  void theTwinOfOneWhoseConsumerFailedIsTaken() {
    twins.expect(List.of(record));
    twins.claim(record);

    twins.settle(record, false);

    assertThat(twins.isDone(record)).isFalse();
    assertThat(twins.claim(record)).isTrue();
  }

  @Test
  void theTwinOfOneThatIsDoneIsLetGo() {
    twins.expect(List.of(record));
    twins.claim(record);

    twins.settle(record, true);

    assertThat(twins.isDone(record)).isTrue();
    assertThat(twins.claim(record)).isFalse();
  }
}
