package org.mansio.protocols.smtpclient.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The scanner looks at eight octets at a time; what it says is compared with one that looks at each by itself. */
class OctetScannerProperties {
  @Property
  void saysTheSameAsALookAtEachOctet(
      @ForAll("messages") byte[] octets, @ForAll int where, @ForAll int alsoWhere) {
    OctetScanner scanner = new OctetScanner();
    int first = Math.floorMod(where, octets.length + 1);
    int second = first + Math.floorMod(alsoWhere, octets.length - first + 1);
    scanner.add(octets, 0, first);
    scanner.add(octets, first, second - first);
    scanner.add(octets, second, octets.length - second);

    assertThat(scanner.facts()).isEqualTo(oneByOne(octets));
  }

  @Property
  void findsTheFirstOctetThatIsNoPlainOne(@ForAll("messages") byte[] octets) {
    for (int from = 0; from < octets.length; from++) {
      int end = from;
      while (end < octets.length
          && octets[end] >= ' '
          && octets[end] != '='
          && octets[end] != 0x7f) {
        end++;
      }
      assertThat(OctetRuns.endOfPlain(octets, from, octets.length)).isEqualTo(end);
    }
  }

  @Property
  void findsTheFirstControlCharacterUpToCr(@ForAll("messages") byte[] octets) {
    for (int from = 0; from < octets.length; from++) {
      int end = from;
      while (end < octets.length && (octets[end] < 0 || octets[end] > '\r')) {
        end++;
      }
      assertThat(OctetRuns.endOfLineText(octets, from, octets.length)).isEqualTo(end);
    }
  }

  /** Mostly text, with all that is special in it. */
  @Provide
  Arbitrary<byte[]> messages() {
    Arbitrary<Byte> text = Arbitraries.bytes().between((byte) ' ', (byte) '~');
    Arbitrary<Byte> special =
        Arbitraries.of((byte) '\r', (byte) '\n', (byte) '=', (byte) 0, (byte) 127, (byte) '\t');
    Arbitrary<Byte> any = Arbitraries.bytes();
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(20, text),
            net.jqwik.api.Tuple.of(3, special),
            net.jqwik.api.Tuple.of(1, any))
        .array(byte[].class)
        .ofMaxSize(200);
  }

  private static OctetFacts oneByOne(byte[] octets) {
    boolean eightBit = false;
    boolean nul = false;
    boolean bare = false;
    boolean longLine = false;
    long escapes = 0;
    int column = 0;
    for (int i = 0; i < octets.length; i++) {
      byte octet = octets[i];
      boolean afterCr = i > 0 && octets[i - 1] == '\r';
      boolean beforeLf = i + 1 < octets.length && octets[i + 1] == '\n';
      if (octet == '\n') {
        bare |= !afterCr;
        longLine |= column - (afterCr ? 1 : 0) > OctetFacts.MAX_LINE;
        column = 0;
        continue;
      }
      bare |= octet == '\r' && !beforeLf;
      eightBit |= octet < 0;
      nul |= octet == 0;
      boolean control = octet < ' ' && octet != '\t' && octet != '\r';
      escapes += control || octet == '=' || octet == 127 ? 1 : 0;
      column++;
    }
    return new OctetFacts(
        eightBit, nul, bare, longLine || column > OctetFacts.MAX_LINE, octets.length, escapes);
  }
}
