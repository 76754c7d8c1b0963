package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CommandTableTest {
  @Test
  void findsAVerbInAnyCase() {
    CommandTable<Integer> table =
        new CommandTable.Builder<Integer>().add("NOOP", 1).build();
    assertThat(table.find("NOOP")).contains(1);
    assertThat(table.find("nOOp")).contains(1);
    assertThat(table.find("NO")).isEmpty();
  }

  @Test
  void aLetterBeyondAsciiIsNoneOfAVerb() {
    CommandTable<Integer> table =
        new CommandTable.Builder<Integer>().add("MAIL", 1).add("RSET", 2).build();
    // Dotless i and long s, whose capitals are I and S.
    assertThat(table.find("MA\u0131L")).isEmpty();
    assertThat(table.find("R\u017fET")).isEmpty();
  }

  @Test
  void refusesAVerbTwice() {
    CommandTable.Builder<Integer> builder = new CommandTable.Builder<Integer>().add("NOOP", 1);
    assertThatThrownBy(() -> builder.add("NOOP", 2)).hasMessageContaining("NOOP is there twice");
    assertThatThrownBy(() -> builder.add("no op", 2)).hasMessageContaining("not a verb");
  }
}
