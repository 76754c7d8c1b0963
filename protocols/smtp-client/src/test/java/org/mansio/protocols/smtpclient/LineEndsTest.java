package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LineEndsTest {
  @Property
  void whatArrivesIsTheMessageWithItsLineEndsRepaired(
      @ForAll("messages") String message, @ForAll("cuts") List<Integer> cuts) {
    String sent = stuff(message, cuts);

    assertThat(sent).endsWith(".\r\n");
    assertThat(received(sent)).isEqualTo(repaired(message));
  }

  @Property
  void noBareCrOrLfLeavesAndOnlyTheEndIsALoneDot(
      @ForAll("messages") String message, @ForAll("cuts") List<Integer> cuts) {
    String sent = stuff(message, cuts);

    assertThat(sent.replace("\r\n", "")).doesNotContain("\r", "\n");
    assertThat(("\r\n" + sent).indexOf("\r\n.\r\n")).isEqualTo(sent.length() - 3);
  }

  @Property
  void whereItIsCutMakesNoDifference(
      @ForAll("messages") String message, @ForAll("cuts") List<Integer> cuts) {
    assertThat(stuff(message, cuts)).isEqualTo(stuff(message, List.of()));
  }

  @Property
  void inChunksOnlyLineEndsAreRepaired(
      @ForAll("messages") String message, @ForAll("cuts") List<Integer> cuts) {
    assertThat(write(message, cuts, LineEnds.forChunks())).isEqualTo(repaired(message));
  }

  @Example
  void aMessageInOrderGetsOnlyTheFinalDot() {
    assertThat(stuff("Subject: a\r\n\r\nb.c\r\n", List.of()))
        .isEqualTo("Subject: a\r\n\r\nb.c\r\n.\r\n");
  }

  @Example
  void anEmptyMessageIsALoneDot() {
    assertThat(stuff("", List.of())).isEqualTo(".\r\n");
  }

  @Example
  void aDotBehindARepairedLineEndIsStuffed() {
    assertThat(stuff("a\n.\r\nMAIL FROM:<x@y>", List.of()))
        .isEqualTo("a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n");
  }

  @Provide
  Arbitrary<String> messages() {
    return Arbitraries.of("\r", "\n", "\r\n", ".", "a", "bc", "ü", "\r\n.\r\n")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<List<Integer>> cuts() {
    return Arbitraries.integers().between(0, 8).list().ofMaxSize(20);
  }

  /** Stuffs the message in pieces of the given lengths, the rest in one. */
  private static String stuff(String message, List<Integer> cuts) {
    return write(message, cuts, LineEnds.forData());
  }

  private static String write(String message, List<Integer> cuts, LineEnds lines) {
    byte[] octets = message.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuf out = Unpooled.buffer();
    int at = 0;
    for (int cut : cuts) {
      int length = Math.min(cut, octets.length - at);
      lines.write(octets, at, length, out);
      at += length;
    }
    lines.write(octets, at, octets.length - at, out);
    lines.finish(out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  /** What RFC 5321 §4.5.2 makes of it at the other end. */
  private static String received(String sent) {
    StringBuilder text = new StringBuilder();
    for (String line : sent.substring(0, sent.length() - 3).split("(?<=\r\n)")) {
      text.append(line.startsWith(".") ? line.substring(1) : line);
    }
    return text.toString();
  }

  private static String repaired(String message) {
    String repaired = message.replaceAll("\r\n|\r|\n", "\r\n");
    return repaired.isEmpty() || repaired.endsWith("\r\n") ? repaired : repaired + "\r\n";
  }
}
