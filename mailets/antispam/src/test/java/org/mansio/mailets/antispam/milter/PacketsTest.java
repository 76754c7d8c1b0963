package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.mansio.spi.smtp.SmtpReply;

class PacketsTest {
  private static final int MAX = 1000;

  private static byte[] wire(List<Packet> packets) {
    ByteBuffer octets =
        ByteBuffer.allocate(packets.stream().mapToInt(Packet::wireSize).sum());
    packets.forEach(packet -> packet.putTo(octets));
    return octets.array();
  }

  private static void decode(PacketDecoder decoder, ByteBuffer octets, Consumer<Packet> to)
      throws MilterException {
    Optional<Packet> packet = decoder.decode(octets);
    while (packet.isPresent()) {
      to.accept(packet.get());
      packet = decoder.decode(octets);
    }
    assertThat(octets.hasRemaining()).isFalse();
  }

  private static List<String> shown(List<Packet> packets) {
    return packets.stream()
        .map(packet -> packet.code() + new String(packet.data(), StandardCharsets.ISO_8859_1))
        .toList();
  }

  @Test
  void arriveInEverySplit() throws MilterException {
    List<Packet> sent = List.of(
        Packet.of('c'), FakeMilter.reply('h', "X-A", "b"), FakeMilter.reply('i', 1, "X-B", ""));
    byte[] wire = wire(sent);
    for (int first = 0; first <= wire.length; first++) {
      for (int second = first; second <= wire.length; second++) {
        List<Packet> received = new ArrayList<>();
        PacketDecoder decoder = new PacketDecoder(MAX);
        decode(decoder, ByteBuffer.wrap(wire, 0, first), received::add);
        decode(decoder, ByteBuffer.wrap(wire, first, second - first), received::add);
        decode(decoder, ByteBuffer.wrap(wire, second, wire.length - second), received::add);
        assertThat(shown(received)).isEqualTo(shown(sent));
      }
    }
  }

  @Property
  void areTheSameOnBothSides(
      @ForAll @Size(max = 5) List<@Size(max = MAX) byte[]> datas,
      @ForAll @CharRange(from = '\0', to = '\u00FF') char code,
      @ForAll @IntRange(min = 1, max = 50) int piece)
      throws MilterException {
    List<Packet> sent = datas.stream().map(data -> new Packet(code, data)).toList();
    byte[] wire = wire(sent);
    List<Packet> received = new ArrayList<>();
    PacketDecoder decoder = new PacketDecoder(MAX);
    for (int from = 0; from < wire.length; from += piece) {
      decode(
          decoder, ByteBuffer.wrap(wire, from, Math.min(piece, wire.length - from)), received::add);
    }
    assertThat(shown(received)).isEqualTo(shown(sent));
  }

  @Test
  void withoutACodeAreNone() {
    assertThatThrownBy(() -> new PacketDecoder(MAX).decode(ByteBuffer.allocate(5)))
        .isInstanceOf(MilterException.class);
  }

  @Test
  void areRefusedByTheirLengthAlone() {
    for (int length : new int[] {MAX + 2, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      ByteBuffer head = ByteBuffer.allocate(5).putInt(length).put((byte) 'h').flip();
      assertThatThrownBy(() -> new PacketDecoder(MAX).decode(head))
          .isInstanceOf(MilterException.class)
          .hasMessageContaining("maxPacket");
    }
  }

  @Property(tries = 5000)
  void areAReplyOrAProtocolError(
      @ForAll @CharRange(from = '\0', to = '\u00FF') char code,
      @ForAll @Size(max = 60) byte[] data) {
    try {
      assertThat(Reply.of(new Packet(code, data))).isNotNull();
    } catch (MilterException e) {
      assertThat(e).hasMessageContaining("sent");
    }
  }

  @Property
  void ofARefusalAlwaysYieldAReply(@ForAll String text) {
    SmtpReply reply = RefusalText.parse(text);
    assertThat(reply.isPositive()).isFalse();
    assertThat(reply.lines())
        .allMatch(line -> line.chars().allMatch(c -> c == '\t' || c >= ' ' && c < 127));
  }

  @Test
  void haveNoTextsThatAClientCanSplit() throws MilterException {
    Packet packet = new Payload().text("a\0b").packet('H');
    assertThat(new PayloadReader(packet).texts()).containsExactly("a b");
  }

  @Test
  void ofTheProtocolAreRead() throws MilterException {
    assertThat(Reply.of(Packet.of('c'))).isEqualTo(new Reply.Continue());
    assertThat(Reply.of(FakeMilter.reply('m', 2, "Subject", "x")))
        .isEqualTo(new Reply.Change(new Modification.ChangeHeader(2, "Subject", "x")));
    assertThat(Reply.of(FakeMilter.reply('2', "<a@example.org>", "NOTIFY=NEVER")))
        .isEqualTo(new Reply.Change(
            new Modification.AddRecipient("<a@example.org>", Optional.of("NOTIFY=NEVER"))));
    assertThat(Reply.of(FakeMilter.reply('e', "<>")))
        .isEqualTo(new Reply.Change(new Modification.ChangeSender("<>", Optional.empty())));
  }

  @Test
  void thatAreCutOffOrTooLongAreRefused() {
    for (Packet packet : List.of(
        new Packet('m', new byte[] {0, 0, 1}),
        new Packet('h', "X-A".getBytes(StandardCharsets.US_ASCII)),
        FakeMilter.reply('h', "X-A"),
        FakeMilter.reply('h', "X-A", "b", "c"),
        FakeMilter.reply('c', "more"),
        Packet.of('?'),
        Packet.of('y'))) {
      assertThatThrownBy(() -> Reply.of(packet))
          .describedAs(packet.toString())
          .isInstanceOf(MilterException.class);
    }
  }

  @Test
  void ofARefusalKeepWhatIsAReply() {
    assertThat(RefusalText.parse("550 5.7.1 Spam, 100%% sure"))
        .isEqualTo(SmtpReply.of(550, "5.7.1", "Spam, 100% sure"));
    assertThat(RefusalText.parse("451 Later")).isEqualTo(SmtpReply.of(451, "4.7.1", "Later"));
    assertThat(
            RefusalText.parse("554-5.7.1 one\r\n554-5.7.1 two\n554 5.7.1 three").lines())
        .containsExactly("one", "two", "three");
    assertThat(RefusalText.parse("550 4.7.1 of another class"))
        .isEqualTo(SmtpReply.of(550, "5.7.1", "of another class"));
    assertThat(RefusalText.parse("554")).isEqualTo(SmtpReply.of(554, "5.7.1", ""));
  }

  @Test
  void ofARefusalThatAreNoReplyStillRefuse() {
    for (String text :
        List.of("", "250 2.0.0 Ok", "600 x", "55", "5501 x", "\u0000\u0000\u0000", "599 x")) {
      assertThat(RefusalText.parse(text)).describedAs(text).isEqualTo(RefusalText.REJECTED);
    }
    assertThat(RefusalText.parse("4xx")).isEqualTo(RefusalText.TRY_AGAIN);
    assertThat(RefusalText.parse("450 one\r\n550 two")).isEqualTo(RefusalText.TRY_AGAIN);
  }

  @Test
  void ofARefusalCannotInjectALineOfTheirOwn() {
    assertThat(RefusalText.parse("550 5.7.1 no\r\n250 yes")).isEqualTo(RefusalText.REJECTED);
    assertThat(RefusalText.parse("550 5.7.1 a\rb\u0007\u00e4").lines()).containsExactly("a?b??");
  }
}
