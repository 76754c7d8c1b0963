package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyDecoderTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new ReplyDecoder());

  @Test
  void readsRepliesHoweverTheyAreCut() {
    String input = "220 hello\r\n250-mx.example\r\n250-SIZE 1000\r\n250 8BITMIME\r\n354\r\n";
    for (int cut = 0; cut <= input.length(); cut++) {
      EmbeddedChannel fresh = new EmbeddedChannel(new ReplyDecoder());
      feed(fresh, input.substring(0, cut));
      feed(fresh, input.substring(cut));

      assertThat(replies(fresh))
          .containsExactly(
              new Reply(220, List.of("hello")),
              new Reply(250, List.of("mx.example", "SIZE 1000", "8BITMIME")),
              new Reply(354, List.of("")));
    }
  }

  @Test
  void cutsTheTextOfAnEssay() {
    feed(channel, ("550-" + "x".repeat(1_500) + "\r\n").repeat(50) + "550 end\r\n");

    assertThat(replies(channel).getFirst().text()).startsWith("550 xxx").hasSize(1_003);
  }

  @Test
  void readsRepliesOctetByOctet() {
    "250-a\r\n250 b\r\n".chars().forEach(c -> feed(channel, String.valueOf((char) c)));

    assertThat(replies(channel)).containsExactly(new Reply(250, List.of("a", "b")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n",
        "25 x\r\n",
        "650 x\r\n",
        "150 x\r\n",
        "250x\r\n",
        "250 x\n",
        "\r\n",
        "250-a\r\n251 b\r\n"
      })
  void refusesWhatIsNoReply(String input) {
    assertThatThrownBy(() -> feed(channel, input))
        .isInstanceOf(DecoderException.class)
        .hasCauseInstanceOf(ReplySyntaxException.class);
  }

  @Test
  void dropsEverythingBehindAnError() {
    assertThatThrownBy(() -> feed(channel, "nonsense\r\n250 ok\r\n"))
        .isInstanceOf(DecoderException.class);
    feed(channel, "250 ok\r\n");

    assertThat(replies(channel)).isEmpty();
  }

  @Test
  void takesALineOf2000OctetsAndNoLongerOne() {
    String text = "x".repeat(ReplyDecoder.MAX_LINE - 6);
    feed(channel, "250 " + text + "\r\n");
    assertThat(replies(channel)).containsExactly(new Reply(250, List.of(text)));

    assertThatThrownBy(() -> feed(channel, "250 " + "x".repeat(ReplyDecoder.MAX_LINE)))
        .isInstanceOf(DecoderException.class);
  }

  @Test
  void takes100LinesAndNoMore() {
    feed(channel, "250-x\r\n".repeat(ReplyDecoder.MAX_LINES - 1) + "250 x\r\n");
    assertThat(replies(channel)).hasSize(1);

    assertThatThrownBy(() -> feed(channel, "250-x\r\n".repeat(ReplyDecoder.MAX_LINES + 1)))
        .hasMessageContaining("more than 100 lines");
  }

  @Test
  void keepsControlCharactersOutOfLogs() {
    feed(channel, "550 no\u001b[31m such\u0000user\r\n");

    assertThat(replies(channel)).containsExactly(new Reply(550, List.of("no?[31m such?user")));
  }

  @ParameterizedTest
  @CsvSource({"550,5.1.1 no such user,5.1.1", "450,4.2.0 later,4.2.0", "250,2.1.5,2.1.5"})
  void readsAnEnhancedStatusOfTheSameClass(int code, String text, String status) {
    assertThat(new Reply(code, List.of(text)).status().map(Object::toString)).contains(status);
  }

  @ParameterizedTest
  @CsvSource({
    "550,4.1.1 no such user",
    "250,5.1.1 odd",
    "550,5.1.1x",
    "550,5.1 short",
    "550,5.1.1000 large",
    "354,3.0.0 go"
  })
  void takesNoEnhancedStatusThatDoesNotFit(int code, String text) {
    assertThat(new Reply(code, List.of(text)).status()).isEmpty();
  }

  private static void feed(EmbeddedChannel channel, String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  private static List<Reply> replies(EmbeddedChannel channel) {
    List<Reply> replies = new ArrayList<>();
    for (Reply reply = channel.readInbound(); reply != null; reply = channel.readInbound()) {
      replies.add(reply);
    }
    return replies;
  }
}
