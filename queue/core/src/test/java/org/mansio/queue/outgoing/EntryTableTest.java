package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.mansio.spi.mail.MailId;

/** Against the map that does the same. */
class EntryTableTest {
  private static final int STEPS = 2_000;

  @Property(tries = 50)
  void findsWhatAMapFinds(@ForAll long seed) {
    Random random = new Random(seed);
    EntryTable<UUID> byId = EntryTable.byId();
    EntryTable<MailId> byMail = EntryTable.byMail();
    Map<UUID, Entry> expected = new HashMap<>();
    List<Entry> known = new ArrayList<>();
    for (int adds : new int[] {9, 1}) {
      for (int i = 0; i < STEPS; i++) {
        if (random.nextInt(10) < adds) {
          // Some mails have many entries.
          Entry entry = Entries.of(new MailId("M" + random.nextInt(STEPS)));
          byId.add(entry);
          byMail.add(entry);
          expected.put(entry.id, entry);
          known.add(entry);
        } else if (!known.isEmpty()) {
          Entry entry = known.remove(random.nextInt(known.size()));
          assertThat(byId.remove(entry)).isTrue();
          assertThat(byMail.remove(entry)).isTrue();
          assertThat(byId.remove(entry)).isFalse();
          expected.remove(entry.id);
          assertThat(byId.find(entry.id)).isNull();
        }
      }
      assertThat(byId.size()).isEqualTo(expected.size());
      assertThat(byId.all()).containsExactlyInAnyOrderElementsOf(expected.values());
      for (Entry entry : known.subList(0, Math.min(50, known.size()))) {
        assertThat(byId.find(entry.id)).isSameAs(entry);
        assertThat(byMail.all(entry.mailId))
            .containsExactlyInAnyOrderElementsOf(
                known.stream().filter(one -> one.mailId.equals(entry.mailId)).toList());
      }
    }
  }
}
