package org.mansio.spi.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MailIdTest {
  @Example
  void idsOfOneNodeAscendAndNeverRepeat() {
    List<MailId> ids = IntStream.range(0, 10_000).mapToObj(i -> MailId.next()).toList();
    assertThat(ids).isSorted().doesNotHaveDuplicates();
  }

  @Example
  void anIdIsSafeInFileNamesAndHeaders() {
    assertThatThrownBy(() -> new MailId("../x")).isInstanceOf(IllegalArgumentException.class);
    assertThat(MailId.next().value()).hasSize(16).matches("[0-9A-Z]+");
  }

  /** Those in the form of the generated ones are kept as numbers. */
  @Property
  void anIdIsItsText(@ForAll("texts") String text, @ForAll("texts") String other) {
    MailId id = new MailId(text);
    assertThat(id.value()).isEqualTo(text);
    assertThat(id)
        .hasToString(text)
        .isEqualTo(new MailId(text))
        .hasSameHashCodeAs(new MailId(text));
    assertThat(id.equals(new MailId(other))).isEqualTo(text.equals(other));
    assertThat(Integer.signum(id.compareTo(new MailId(other))))
        .isEqualTo(Integer.signum(text.compareTo(other)));
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> generated =
        Arbitraries.strings().withChars("0123456789ABCDEFGHJKMNPQRSTVWXYZ").ofLength(16);
    // Near each other, so that the comparison comes to the last digits.
    Arbitrary<String> near = Arbitraries.strings().withChars("0129XYZ").ofLength(4);
    Arbitrary<String> any = Arbitraries.strings()
        .withCharRange('A', 'Z')
        .withCharRange('0', '9')
        .withChars(".-")
        .ofMinLength(1)
        .ofMaxLength(32);
    return Arbitraries.oneOf(
        generated,
        near.map(end -> "ZZZ16MA4Y0D8" + end),
        any,
        any.map(s -> (s + "U".repeat(16)).substring(0, 16)));
  }

  @Property(tries = 100)
  void aGeneratedIdIsTheSameFromItsText() {
    MailId id = MailId.next();
    assertThat(new MailId(id.value())).isEqualTo(id).isEqualByComparingTo(id);
  }
}
