package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.testkit.MemoryQueue;

class MessageIntakeTest {
  private static final byte[] TRACE = octets("Received: here\r\n");

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static MessageIntake intake(long maxSize) {
    return intake(new MemoryQueue().newContent(), maxSize);
  }

  private static MessageIntake intake(ContentWriter writer, long maxSize) {
    return new MessageIntake(writer, HeldHeaders.OF_HEAP, maxSize, facts -> TRACE);
  }

  private static String text(Content content) throws IOException {
    return new String(content.bytes(1 << 20), StandardCharsets.ISO_8859_1);
  }

  @Test
  void putsTheTraceFieldsOnTopInEverySplit() throws IOException {
    String message = "Received: there\r\nMESSAGE-ID:\r\n <1@x>\r\n\r\nDate: in the body\r\n";
    for (int cut = 0; cut <= message.length(); cut++) {
      MessageIntake intake = intake(0);
      intake.write(octets(message), 0, cut);
      intake.write(octets(message), cut, message.length());
      assertThat(text(intake.finish())).isEqualTo("Received: here\r\n" + message);
      assertThat(intake.facts())
          .isEqualTo(new HeaderFacts(
              1, false, true, Optional.of("<1@x>"), Optional.empty(), false, Optional.empty()));
    }
  }

  @Test
  void knowsFieldsWithBlanksBeforeTheColon() throws IOException {
    String message = "Received : one\r\nreceived\t :two\r\nReceived: three\r\nReceived-SPF: x\r\n"
        + "Received \r\n by: folded\r\nDate : now\r\nMessage-ID : <1@x>\r\nMessage-ID";
    MessageIntake intake = intake(0);
    intake.write(octets(message), 0, message.length());
    intake.finish();
    assertThat(intake.facts())
        .isEqualTo(new HeaderFacts(
            3, true, true, Optional.of("<1@x>"), Optional.empty(), false, Optional.empty()));
  }

  @Test
  void takesMessagesWithoutHeaderOrBody() throws IOException {
    for (String message : new String[] {"", "\r\n", "\r\nbody\r\n", "Date: now\r\n", "no end"}) {
      MessageIntake intake = intake(0);
      intake.write(octets(message), 0, message.length());
      assertThat(text(intake.finish())).isEqualTo("Received: here\r\n" + message);
    }
  }

  @Test
  void stopsHoldingAHeaderThatNeverEnds() throws IOException {
    MessageIntake intake = intake(0);
    byte[] line = octets("X: " + "y".repeat(1000) + "\r\n");
    for (int i = 0; i < 1000; i++) {
      intake.write(line, 0, line.length);
    }
    assertThat(intake.finish().size()).isEqualTo(TRACE.length + 1000L * line.length);
    assertThat(intake.facts().hasDate())
        .as("nothing is added that may be there")
        .isTrue();
    assertThat(intake.facts().hasMessageId()).isTrue();
  }

  @Test
  void oneHeaderTakesHardlyMoreMemoryThanIsLookedAt() {
    HeldHeaders ofAll = new HeldHeaders(1 << 30);
    MessageIntake intake =
        new MessageIntake(new MemoryQueue().newContent(), ofAll, 0, facts -> TRACE);
    byte[] field = octets("X: " + "y".repeat(MessageIntake.MAX_HELD_HEADER - 3));
    intake.write(field, 0, field.length);
    assertThat(ofAll.taken())
        .isBetween((long) MessageIntake.MAX_HELD_HEADER - MessageIntake.FIRST_SIZE, (long)
            MessageIntake.MAX_HELD_HEADER);
    intake.close();
  }

  @Test
  void manyHeadersThatDontEndTakeNoMoreMemoryTogetherThanAllMay() throws IOException {
    int limit = 4 * MessageIntake.MAX_HELD_HEADER;
    HeldHeaders ofAll = new HeldHeaders(limit);
    String start = "Received: there\r\nX: " + "y".repeat(MessageIntake.MAX_HELD_HEADER - 100);
    List<MessageIntake> stopped = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      MessageIntake intake =
          new MessageIntake(new MemoryQueue().newContent(), ofAll, 0, facts -> TRACE);
      for (int at = 0; at < start.length(); at += 1000) {
        byte[] piece = octets(start.substring(at, Math.min(start.length(), at + 1000)));
        intake.write(piece, 0, piece.length);
      }
      stopped.add(intake);
      assertThat(ofAll.taken()).isLessThanOrEqualTo(limit);
    }
    byte[] end = octets("\r\n\r\nbody\r\n");
    for (MessageIntake intake : stopped) {
      intake.write(end, 0, end.length);
      assertThat(intake.facts().hops()).isEqualTo(1);
      assertThat(text(intake.finish()))
          .isEqualTo("Received: here\r\n" + start + "\r\n\r\nbody\r\n");
      intake.close();
    }
    assertThat(ofAll.taken()).isZero();
  }

  @Test
  void givesTheMemoryOfAHeaderBackWhenTheMessageIsGivenUp() {
    HeldHeaders ofAll = new HeldHeaders(1 << 20);
    MessageIntake intake =
        new MessageIntake(new MemoryQueue().newContent(), ofAll, 0, facts -> TRACE);
    byte[] start = octets("X: " + "y".repeat(10_000));
    intake.write(start, 0, start.length);
    assertThat(ofAll.taken()).isPositive();
    intake.close();
    assertThat(ofAll.taken()).isZero();
  }

  @Test
  void anEmptyMessageIdIsOne() {
    byte[] header = octets("Message-ID: \r\n");
    assertThat(HeaderFacts.of(header, header.length).hasMessageId()).isTrue();
  }

  @Test
  void letsGoOfWhatIsTooLargeAndKeepsCounting() {
    Counting writer = new Counting();
    MessageIntake intake = intake(writer, 100_000);
    byte[] piece = octets("\r\n" + "x".repeat(9_998));
    for (int i = 0; i < 1000; i++) {
      intake.write(piece, 0, piece.length);
    }
    assertThat(intake.tooLarge()).isTrue();
    assertThat(intake.size()).isEqualTo(10_000_000);
    assertThat(writer.size()).isLessThanOrEqualTo(100_000 + TRACE.length);
    assertThat(writer.closed).isTrue();
  }

  @Test
  void reportsADiskThatRefusedOnlyAtTheEnd() {
    Counting writer = new Counting();
    writer.full = true;
    MessageIntake intake = intake(writer, 0);
    byte[] piece = octets("\r\nbody");
    intake.write(piece, 0, piece.length);
    intake.write(piece, 0, piece.length);
    assertThat(writer.closed).isTrue();
    assertThatThrownBy(intake::finish).isInstanceOf(IOException.class).hasMessage("disk full");
  }

  /** Keeps nothing but how much came. */
  private static final class Counting implements ContentWriter {
    private long size;
    private boolean closed;
    private boolean full;

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      if (full) {
        throw new IOException("disk full");
      }
      size += length;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public Content finish() {
      return Content.of(new byte[0]);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
