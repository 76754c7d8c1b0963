package org.mansio.server.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.testkit.MemoryTrace;
import org.mansio.spi.trace.TraceEvent;

class StuckMailsTest {
  private static final MailId MAIL = new MailId("A1");

  private final MemoryTrace trace = new MemoryTrace();
  private final AtomicLong nanos = new AtomicLong();
  private final StuckMails stuck = new StuckMails(trace, nanos::get);

  @AfterEach
  void stop() {
    stuck.close();
  }

  private void later(long part) {
    nanos.addAndGet(StuckMails.PATIENCE.toNanos() / part);
    stuck.look();
  }

  @Test
  void tellsOnceOfAMailThatAMailetDoesNotLetGo() {
    try (StuckMails.Run run = stuck.begin()) {
      run.at(MAIL, "root/3/Hangs");
      later(2);
      assertThat(trace.find("A1")).isEmpty();
      later(1);
      later(1);
    }
    assertThat(trace.find("A1")).singleElement().satisfies(event -> {
      assertThat(event.kind()).isEqualTo(TraceEvent.Kind.ERROR);
      assertThat(event.where()).isEqualTo("root/3/Hangs");
    });
  }

  @Test
  void aMailThatGoesOnIsNotStuckHoweverLongItsWayIs() {
    try (StuckMails.Run run = stuck.begin()) {
      for (int i = 0; i < 10; i++) {
        run.at(MAIL, "root/" + i + "/Slow");
        later(2);
      }
    }
    assertThat(trace.find("A1")).isEmpty();
  }

  @Test
  void aMailWhoseRunHasEndedIsForgotten() {
    StuckMails.Run run = stuck.begin();
    run.at(MAIL, "root/3/Hangs");
    run.close();
    later(1);
    assertThat(trace.find("A1")).isEmpty();
  }
}
