package org.mansio.mailets.delivery.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.mansio.spi.settings.HostPort;

class SmartHostTest {
  @Property
  void triesEachHostOnceAndLowerPreferencesFirst(
      @ForAll @Size(max = 20) List<@IntRange(max = 3) Integer> preferences, @ForAll long seed) {
    List<SmartHost> hosts = IntStream.range(0, preferences.size())
        .mapToObj(i -> host("h" + i + ".example", preferences.get(i), 1 + i))
        .toList();

    List<SmartHost> drawn = SmartHost.drawn(hosts, new Random(seed));

    assertThat(drawn).containsExactlyInAnyOrderElementsOf(hosts);
    assertThat(drawn).extracting(SmartHost::preference).isSorted();
  }

  @Test
  void eachHostGoesFirstAsOftenAsItsWeightSays() {
    SmartHost heavy = host("heavy.example", 10, 3);
    SmartHost light = host("light.example", 10, 1);
    Random random = new Random(20);

    long first = IntStream.range(0, 10_000)
        .filter(i -> SmartHost.drawn(List.of(light, heavy), random).getFirst() == heavy)
        .count();

    assertThat(first).isBetween(7_300L, 7_700L);
  }

  private static SmartHost host(String name, int preference, int weight) {
    return new SmartHost(new HostPort(name, java.util.OptionalInt.empty()), preference, weight);
  }
}
