package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.smtp.ListenerSettings.BareLineFeed;

class DataScannerTest {
  /** What a scan came to. @param rest octets that weren't taken */
  private record Result(String text, boolean complete, boolean bare, long longestLine, int rest) {}

  private static Result scan(BareLineFeed policy, byte[]... pieces) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    DataScanner scanner = new DataScanner(
        policy,
        DataScanner.Framing.DOTS,
        (octets, from, to) -> text.write(octets, from, to - from));
    int rest = 0;
    for (byte[] piece : pieces) {
      int taken = scanner.complete() ? 0 : scanner.take(piece, 0, piece.length);
      rest += piece.length - taken;
    }
    return new Result(
        text.toString(StandardCharsets.ISO_8859_1),
        scanner.complete(),
        scanner.bareControl(),
        scanner.longestLine(),
        rest);
  }

  private static Result scan(String... pieces) {
    byte[][] octets = new byte[pieces.length][];
    for (int i = 0; i < pieces.length; i++) {
      octets[i] = octets(pieces[i]);
    }
    return scan(BareLineFeed.REJECT, octets);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void endsAtCrLfDotCrLfAndLeavesWhatFollows() {
    assertThat(scan("a\r\n.\r\nQUIT\r\n")).isEqualTo(new Result("a\r\n", true, false, 3, 6));
  }

  @Test
  void takesADotAtOnceAsAnEmptyMessage() {
    assertThat(scan(".\r\n")).isEqualTo(new Result("", true, false, 3, 0));
  }

  @Test
  void removesOneDotFromTheStartOfALineAndNowhereElse() {
    assertThat(scan("..a\r\n.b\r\nc.\r\n...\r\n.\r\n").text()).isEqualTo(".a\r\nb\r\nc.\r\n..\r\n");
  }

  @Test
  void measuresTheLongestLine() {
    assertThat(scan("a\r\n" + "b".repeat(60_000), "b\r\nc\r\n.\r\n").longestLine())
        .isEqualTo(60_003);
  }

  @Test
  void seesOctetsOver127() {
    DataScanner scanner =
        new DataScanner(BareLineFeed.REJECT, DataScanner.Framing.DOTS, (octets, from, to) -> {});
    scanner.take(octets("ascii\r\n"), 0, 7);
    assertThat(scanner.eightBit()).isFalse();
    scanner.take(octets("\u00FC"), 0, 1);
    assertThat(scanner.eightBit()).isTrue();
  }

  /** The ends of data that some server or other has believed in. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r\n.\r",
        "\r.\r\n",
        "\n.\r",
        "\r.\n",
        "\r\r\n.\r\r\n",
        "\r\n.\r\r\n",
        "\r\r\n.\n",
        "\n\r.\r\n",
        "\0\r.\r\n",
        "\r\n\0.\r\n",
        "\r\n.\0\r\n",
        "\r\n.\n\r\n",
        "\r\n. \r\n"
      })
  void neverBelievesInAnotherEnd(String end) {
    String smuggled = "first" + end + "MAIL FROM:<x@example.net>\r\n.\r\nQUIT\r\n";
    for (BareLineFeed policy : BareLineFeed.values()) {
      Result result = scan(policy, octets(smuggled));
      assertThat(result.complete()).isTrue();
      assertThat(result.rest()).as("only QUIT is left").isEqualTo(6);
      assertThat(result.text()).contains("MAIL FROM");
    }
    if (end.replace("\r\n", "").matches("(?s).*[\r\n].*")) {
      assertThat(scan(smuggled).bare()).isTrue();
    }
  }

  @Test
  void normalisesBareControlsIntoLineEndsThatDontCount() {
    Result result = scan(BareLineFeed.NORMALISE, octets("a\n.\nb\rc\n..d\r\n.\r\n"));
    assertThat(result.text()).isEqualTo("a\r\n.\r\nb c\r\n..d\r\n");
    assertThat(result.complete()).isTrue();
  }

  @Provide
  Arbitrary<String> nasty() {
    return Arbitraries.strings().withChars('\r', '\n', '.', 'a', '\u00FC').ofMaxLength(24);
  }

  @Property
  void doesTheSameInEverySplit(@ForAll("nasty") String text) {
    String whole = text + "\r\n.\r\n";
    for (BareLineFeed policy : BareLineFeed.values()) {
      Result expected = scan(policy, octets(whole));
      for (int cut = 0; cut <= whole.length(); cut++) {
        assertThat(scan(policy, octets(whole.substring(0, cut)), octets(whole.substring(cut))))
            .isEqualTo(expected);
      }
      List<byte[]> single = new ArrayList<>();
      whole.chars().forEach(c -> single.add(new byte[] {(byte) c}));
      assertThat(scan(policy, single.toArray(byte[][]::new))).isEqualTo(expected);
    }
  }

  @Property
  void endsWhereTheFirstTrueEndStands(@ForAll("nasty") String text) {
    String whole = "\r\n" + text + "\r\n.\r\n";
    int end = whole.indexOf("\r\n.\r\n") + 5;
    for (BareLineFeed policy : BareLineFeed.values()) {
      assertThat(scan(policy, octets(whole)).rest()).isEqualTo(whole.length() - end);
    }
  }

  @Property
  void neverLetsABareControlThroughUnseen(@ForAll("nasty") String text) {
    Result normalised = scan(BareLineFeed.NORMALISE, octets(text + "\r\n.\r\n"));
    assertThat(normalised.text().replace("\r\n", "")).doesNotContain("\r", "\n");
    Result rejected = scan(BareLineFeed.REJECT, octets(text + "\r\n.\r\n"));
    assertThat(rejected.bare())
        .isEqualTo(rejected.text().replace("\r\n", "").matches("(?s).*[\r\n].*"));
  }
}
