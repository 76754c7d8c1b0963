package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Against the tree that does the same. */
class EntriesByArrivalTest {
  private static final int FULL = 4 * EntriesByArrival.PART;

  @Property(tries = 60)
  void holdsWhatATreeHolds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int spread) {
    Random random = new Random(seed);
    EntriesByArrival entries = new EntriesByArrival();
    TreeSet<Entry> expected = new TreeSet<>(Entry.BY_ARRIVAL);
    List<Entry> known = new ArrayList<>();
    // Grows, is emptied, and grows again; few moments, so that many arrive at the same.
    for (int adds : new int[] {9, 2, 9, 0}) {
      for (int i = 0; i < FULL; i++) {
        if (random.nextInt(10) < adds) {
          Entry entry = Entries.at(random.nextInt(FULL * spread / 4));
          known.add(entry);
          assertThat(entries.add(entry)).isTrue();
          expected.add(entry);
        } else if (!known.isEmpty()) {
          Entry entry = known.remove(random.nextInt(known.size()));
          assertThat(entries.remove(entry)).isTrue();
          expected.remove(entry);
        }
      }
      assertSame(entries, expected);
      assertBehind(entries, expected, random);
    }
    Collections.shuffle(known, random);
    for (Entry entry : known) {
      assertThat(entries.contains(entry)).isTrue();
      assertThat(entries.add(entry)).isFalse();
      assertThat(entries.remove(entry)).isTrue();
      assertThat(entries.remove(entry)).isFalse();
      assertThat(entries.contains(entry)).isFalse();
    }
    assertThat(entries).isEmpty();
  }

  @Property(tries = 20)
  void whatArrivesLastStandsLast(@ForAll @IntRange(min = 1, max = FULL) int count) {
    EntriesByArrival entries = new EntriesByArrival();
    for (int i = 0; i < count; i++) {
      Entry entry = Entries.at(i);
      entries.add(entry);
      assertThat(entries.last()).isSameAs(entry);
    }
    assertThat(entries).hasSize(count);
    assertThat(List.copyOf(entries)).isSortedAccordingTo(Entry.BY_ARRIVAL);
  }

  private static void assertSame(EntriesByArrival entries, TreeSet<Entry> expected) {
    assertThat(entries).hasSameSizeAs(expected).containsExactlyElementsOf(expected);
    if (!expected.isEmpty()) {
      assertThat(entries.first()).isSameAs(expected.first());
      assertThat(entries.last()).isSameAs(expected.last());
    }
  }

  private static void assertBehind(
      EntriesByArrival entries, TreeSet<Entry> expected, Random random) {
    List<Entry> all = List.copyOf(expected);
    for (int i = 0; i < 20; i++) {
      Entry probe = all.isEmpty() || i % 2 == 0
          ? Entries.at(random.nextInt(FULL))
          : all.get(random.nextInt(all.size()));
      Iterator<Entry> behind = entries.behind(Optional.of(EntryCensus.Place.of(probe)));
      assertThat(behind).toIterable().containsExactlyElementsOf(expected.tailSet(probe, false));
    }
  }
}
