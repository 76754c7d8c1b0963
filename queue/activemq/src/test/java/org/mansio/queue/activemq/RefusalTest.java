package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.trace.TraceLog;

/** When the queue takes no mail, and when it does again. */
class RefusalTest {
  private static final Duration GRACE = Duration.ofSeconds(5);

  @TempDir
  Path directory;

  private static SpooledMail mail() {
    return SpooledMail.arriving(
        Envelope.of("a@example.org", "b@example.net"), Content.of(new byte[10]), Origin.local());
  }

  private static Settings settings(Map<String, String> texts) throws InvalidSettingException {
    return Settings.ofTexts(new ActiveMqQueueFactory().settings(), texts);
  }

  @Test
  void aDiskThatIsNearlyFullRefusesMailUntilThereIsRoom() throws Exception {
    AtomicLong free = new AtomicLong(200 << 20);
    MailQueue queue =
        ActiveMqQueueFactory.create(settings(Map.of()), directory, free::get, TraceLog.none());
    queue.open();
    try {
      queue.enqueue(mail());

      free.set(50 << 20);
      await().until(() -> queue.refusal().equals(Optional.of(QueueException.Reason.FULL)));
      QueueException refused =
          catchThrowableOfType(QueueException.class, () -> queue.enqueue(mail()));
      assertThat(refused.reason()).isEqualTo(QueueException.Reason.FULL);

      free.set(200 << 20);
      await().until(() -> queue.refusal().isEmpty());
      queue.enqueue(mail());
    } finally {
      queue.close(GRACE);
    }
  }

  @Test
  void aSecondQueueOverTheSameDirectoryDoesNotOpen() throws Exception {
    MailQueue queue =
        ActiveMqQueueFactory.create(settings(Map.of()), directory, () -> 1L << 40, TraceLog.none());
    queue.open();
    try {
      MailQueue second = ActiveMqQueueFactory.create(
          settings(Map.of()), directory, () -> 1L << 40, TraceLog.none());

      QueueException refused = catchThrowableOfType(QueueException.class, second::open);

      assertThat(refused.reason()).isEqualTo(QueueException.Reason.UNAVAILABLE);
      assertThat(refused).hasMessageContaining(directory.toString());
      queue.enqueue(mail());
    } finally {
      queue.close(GRACE);
    }
  }

  @Test
  void settingsThatDoNotFitAreRefused() throws Exception {
    assertThat(catchThrowableOfType(
            InvalidSettingException.class,
            () -> ActiveMqQueueFactory.create(
                settings(Map.of("inlineLimit", "2G")), directory, () -> 1L << 40, TraceLog.none())))
        .hasMessageContaining("inlineLimit");
    assertThat(catchThrowableOfType(
            InvalidSettingException.class, () -> settings(Map.of("retrySchedule", "5m, nonsense"))))
        .hasMessageContaining("nonsense");
  }
}
