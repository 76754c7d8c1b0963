package org.mansio.spi.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderLinesTest {
  /** The size of the first buffer: what a line reaches across is moved there, or the buffer grows. */
  private static final int BUFFER = 2048;

  private record Line(int length, String text) {}

  /** Gives out few octets at a time, and now and then none. */
  private static final class Trickle extends InputStream {
    private final InputStream octets;
    private final int most;
    private int reads;

    Trickle(byte[] octets, int most) {
      this.octets = new ByteArrayInputStream(octets);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      return octets.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return ++reads % 3 == 0 ? 0 : octets.read(target, offset, Math.min(most, length));
    }
  }

  private static List<Line> read(InputStream in, int longest) throws IOException {
    HeaderLines lines = new HeaderLines(in, longest);
    List<Line> all = new ArrayList<>();
    for (int length = lines.next(); length > 0; length = lines.next()) {
      all.add(new Line(length, lines.text()));
    }
    assertThat(lines.next()).isZero();
    assertThat(lines.text()).isEmpty();
    return all;
  }

  /** The same, octet by octet. */
  private static List<Line> expected(String message, int longest) {
    List<Line> all = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (char octet : message.toCharArray()) {
      line.append(octet);
      if (octet == '\n' || line.length() == longest) {
        all.add(line(line.toString()));
        line.setLength(0);
      }
    }
    if (!line.isEmpty()) {
      all.add(line(line.toString()));
    }
    return all;
  }

  private static Line line(String octets) {
    return new Line(octets.length(), octets.replaceFirst("\\r?\\n\\z", ""));
  }

  private static void assertSplit(String message, int longest, int most) throws IOException {
    byte[] octets = message.getBytes(StandardCharsets.ISO_8859_1);
    List<Line> expected = expected(message, longest);
    assertThat(read(new ByteArrayInputStream(octets), longest)).isEqualTo(expected);
    assertThat(read(new Trickle(octets, most), longest)).isEqualTo(expected);
  }

  @Provide
  Arbitrary<String> messages() {
    Arbitrary<String> piece = Arbitraries.frequencyOf(
        Tuple.of(4, Arbitraries.of("\r\n", "\n", "\r", "\r\r\n", "\n\r", "")),
        Tuple.of(4, Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(90)),
        Tuple.of(1, Arbitraries.integers().between(0, 3 * BUFFER).map("x"::repeat)));
    return piece.list().ofMaxSize(60).map(pieces -> String.join("", pieces));
  }

  @Property
  void linesAreThoseThatOctetByOctetAreFound(
      @ForAll("messages") String message,
      @ForAll @IntRange(min = 1, max = 3 * BUFFER) int longest,
      @ForAll @IntRange(min = 1, max = 100) int most)
      throws IOException {
    assertSplit(message, longest, most);
  }

  static Stream<Integer> aroundTheEndOfTheBuffer() {
    return Stream.of(BUFFER, 2 * BUFFER)
        .flatMap(size -> Stream.of(-3, -2, -1, 0, 1, 2).map(near -> size + near));
  }

  @ParameterizedTest
  @MethodSource("aroundTheEndOfTheBuffer")
  void aLineMayEndAtAnyOctetOfTheBuffer(int before) throws IOException {
    for (String end : List.of("\r\n", "\n", "\r", "")) {
      String line = "x".repeat(before) + end;
      for (int longest = before - 1; longest <= before + 3; longest++) {
        assertSplit(line + "Next: y\r\n\r\nbody", longest, 700);
        assertSplit("First: z\n" + line + "Next: y\r\n\r\nbody", longest, 700);
      }
    }
  }
}
