package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static final int LIMIT = 10;

  private static List<Line> read(List<byte[]> pieces) {
    LineReader reader = new LineReader();
    List<Line> lines = new ArrayList<>();
    for (byte[] piece : pieces) {
      int from = 0;
      int end = reader.find(piece, from, piece.length, LIMIT);
      while (end >= 0) {
        lines.add(reader.line(piece, from, end));
        from = end;
        end = reader.find(piece, from, piece.length, LIMIT);
      }
    }
    return lines;
  }

  private static List<Line> read(String text) {
    return read(List.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void cutsLinesAtCrLf() {
    assertThat(read("NOOP\r\n\r\nQUIT"))
        .containsExactly(new Line.Text("NOOP", 6), new Line.Text("", 2));
  }

  @Test
  void takesALineOfTheLimitAndNoLonger() {
    assertThat(read("12345678\r\n123456789\r\nNOOP\r\n"))
        .containsExactly(
            new Line.Text("12345678", 10),
            new Line.Faulty(Line.Fault.TOO_LONG),
            new Line.Text("NOOP", 6));
  }

  @Test
  void reportsBareControlsAndWhatIsNotUtf8() {
    assertThat(read("a\nb\rc\r\nd\0\r\n\u00FC\r\n"))
        .containsExactly(
            new Line.Faulty(Line.Fault.BARE_CONTROL),
            new Line.Faulty(Line.Fault.BARE_CONTROL),
            new Line.Faulty(Line.Fault.BARE_CONTROL),
            new Line.Text("\u00FC", 4));
    assertThat(read(List.of(new byte[] {(byte) 0xFC, '\r', '\n'})))
        .containsExactly(new Line.Faulty(Line.Fault.NOT_UTF8));
  }

  @Provide
  Arbitrary<String> input() {
    return Arbitraries.strings().withChars('\r', '\n', 'a', 'b', '\u00FC', '\0').ofMaxLength(40);
  }

  @Property
  void readsTheSameInEverySplit(@ForAll("input") String text) {
    byte[] whole = text.getBytes(StandardCharsets.UTF_8);
    List<Line> expected = read(text);
    List<byte[]> single = new ArrayList<>();
    for (int cut = 0; cut <= whole.length; cut++) {
      byte[] head = Arrays.copyOfRange(whole, 0, cut);
      byte[] tail = Arrays.copyOfRange(whole, cut, whole.length);
      assertThat(read(List.of(head, tail))).isEqualTo(expected);
      if (cut < whole.length) {
        single.add(new byte[] {whole[cut]});
      }
    }
    assertThat(read(single)).isEqualTo(expected);
  }
}
