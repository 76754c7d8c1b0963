package org.mansio.server.kernel.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;

class TraceLineTest {
  @Property(tries = 300)
  void readsBackWhatItWrites(@ForAll String where, @ForAll String text, @ForAll String value) {
    TraceEvent event =
        TraceEvent.now(new MailId("A"), Kind.NOTE, where, text, Map.of("key", value));
    StringBuilder written = new StringBuilder();
    TraceLine.write(event, written);
    String line = written.toString();
    assertThat(line.chars().filter(c -> c == '\n').count()).isEqualTo(1);
    assertThat(TraceLine.read(line.substring(0, line.length() - 1))).contains(event);
  }
}
