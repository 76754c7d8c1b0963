package org.mansio.spi.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailIdTest {
  @Test
  void idsOfOneNodeAscendAndNeverRepeat() {
    List<MailId> ids = IntStream.range(0, 10_000).mapToObj(i -> MailId.next()).toList();
    assertThat(ids).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void anIdIsSafeInFileNamesAndHeaders() {
    assertThatThrownBy(() -> new MailId("../x")).isInstanceOf(IllegalArgumentException.class);
    assertThat(MailId.next().value()).hasSize(16).matches("[0-9A-Z]+");
  }
}
