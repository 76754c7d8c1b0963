package org.mansio.server.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  private static final List<String> NAMES = List.of("RecipientIs", "RecipientIsLocal", "SenderIs");

  @Test
  void namesTheNearest() {
    assertThat(Suggestion.hint("RecipentIs", NAMES)).isEqualTo("; did you mean 'RecipientIs'?");
  }

  @Test
  void saysThatOnlyTheCaseDiffers() {
    assertThat(Suggestion.hint("senderis", NAMES))
        .isEqualTo("; did you mean 'SenderIs'? (names are case-sensitive)");
  }

  @Test
  void listsFewNamesWhenNoneIsNear() {
    assertThat(Suggestion.hint("Quarantine", NAMES))
        .isEqualTo("; known: RecipientIs, RecipientIsLocal, SenderIs");
  }

  @Test
  void listsNoLongList() {
    List<String> many = IntStream.range(0, 40).mapToObj(i -> "Mailet" + i).toList();
    assertThat(Suggestion.hint("Quarantine", many)).isEmpty();
  }
}
