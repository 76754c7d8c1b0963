package org.mansio.protocols.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NumbersTest {

  @Property
  void rangesHoldWhatWasAddedAndNothingElse(@ForAll Set<@IntRange(max = 3000) Integer> added) {
    Numbers numbers = new Numbers();
    added.forEach(numbers::add);

    Set<Integer> held = numbers.ranges().stream()
        .flatMap(range -> IntStream.rangeClosed(range.first(), range.last()).boxed())
        .collect(Collectors.toCollection(TreeSet::new));

    assertThat(held).isEqualTo(new TreeSet<>(added));
    assertThat(numbers.distinct()).isEqualTo(added.size());
    assertThat(Numbers.count(numbers.ranges())).isEqualTo(added.size());
  }

  @Property
  void whatIsMissingElsewhereIsTheDifference(
      @ForAll Set<@IntRange(max = 200) Integer> here,
      @ForAll Set<@IntRange(max = 200) Integer> there) {
    Numbers first = new Numbers();
    Numbers second = new Numbers();
    here.forEach(first::add);
    there.forEach(second::add);

    long missing = here.stream().filter(number -> !there.contains(number)).count();

    assertThat(Numbers.count(first.without(second))).isEqualTo((int) missing);
  }

  @Test
  void repeatedOnesAreToldApart() {
    Numbers numbers = new Numbers();
    numbers.add(new Numbers.Range(0, 9));
    numbers.add(new Numbers.Range(3, 4));

    assertThat(numbers.repeated()).containsExactly(new Numbers.Range(3, 4));
    assertThat(numbers.total()).isEqualTo(12);
    assertThat(numbers.distinct()).isEqualTo(10);
  }
}
