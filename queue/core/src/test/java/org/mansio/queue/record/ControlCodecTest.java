package org.mansio.queue.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.RecipientResult;

class ControlCodecTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000, 5);
  private static final MailAddress BOB = MailAddress.of("bob@example.net");
  private static final Question QUESTION = new Question(
      Question.Topic.PAGE,
      new QueueFilter(
          Optional.of(new MailId("ID")),
          Optional.of(QueueEntry.State.DEFERRED),
          Optional.of("example.net"),
          Optional.of("sender"),
          Optional.of("recipient"),
          Optional.of(TIME),
          Optional.of(TIME),
          Optional.of("error"),
          OptionalLong.of(1),
          OptionalLong.of(2)),
      "text",
      true,
      Optional.of("after"),
      3,
      new byte[] {4});
  private static final Answer ANSWER = new Answer(
      1,
      List.of(new QueueControl.StateCount(QueueEntry.State.HELD, 2, Optional.of(TIME))),
      List.of(new QueueControl.LaneStatus(
          "lane",
          1,
          2,
          3,
          4,
          5,
          true,
          Optional.of(TIME),
          Optional.of("error"),
          Optional.of(TIME),
          6,
          List.of(new QueueControl.RateLimit(
              QueueControl.RateLimit.Kind.MAILS, 7, Duration.ofMinutes(1))),
          Optional.of(
              new QueueControl.Hindrance(QueueControl.Hindrance.Cause.RATE, Optional.of(TIME))))),
      List.of(new Answer.Placed(
          "place",
          new QueueEntry(
              new MailId("ID"),
              QueueEntry.State.DEFERRED,
              Optional.of(BOB),
              List.of(BOB),
              Optional.of("lane"),
              1,
              TIME,
              2,
              Optional.of(TIME),
              Optional.of("error"),
              Optional.empty()))),
      Optional.of("next"),
      List.of(new QueueControl.WaitingMail("example.net", "lane", 1, 2, TIME)),
      List.of(new Answer.Kept("place", new byte[] {3})),
      Optional.of(new DeliveryReport(
          Map.of(
              Recipient.of(BOB),
              new RecipientResult.Delivered(
                  EnhancedStatus.parse("2.0.0"), Optional.of("mx"), "250 OK", true, false)),
          true,
          2)));

  @Test
  void aQuestionComesThroughAsItWasAsked() throws Exception {
    assertThat(ControlCodec.decodeQuestion(ControlCodec.encode(QUESTION)))
        .usingRecursiveComparison()
        .isEqualTo(QUESTION);
  }

  @Test
  void anAnswerComesThroughAsItWasGiven() throws Exception {
    assertThat(ControlCodec.decodeAnswer(ControlCodec.encode(ANSWER)))
        .usingRecursiveComparison()
        .isEqualTo(ANSWER);
  }

  @Test
  void anotherVersionIsNotGuessedAt() {
    byte[] octets = ControlCodec.encode(ANSWER);
    octets[0]++;

    assertThatThrownBy(() -> ControlCodec.decodeAnswer(octets))
        .isInstanceOf(DamagedRecordException.class)
        .hasMessageContaining("version");
  }

  @Test
  void whoeverChangesTheFormatGivesItTheNextVersion() {
    CRC32 sum = new CRC32();
    sum.update(ControlCodec.encode(QUESTION));
    sum.update(ControlCodec.encode(ANSWER));

    assertThat(ControlCodec.encode(ANSWER)[0] + " " + Long.toHexString(sum.getValue()))
        .as("the version, and a sum of what it makes of the same; both change together")
        .isEqualTo("2 6febbdfd");
  }
}
