package org.mansio.protocols.smtpclient.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.james.mime4j.stream.EntityState;
import org.mansio.protocols.smtpclient.conversion.GeneratedMessages.Generated;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;

class ConversionProperties {
  @Property(tries = 500)
  void binaryMailInAsciiLinesDecodesToTheSameParts(@ForAll("binary") Generated message)
      throws Exception {
    byte[] converted = convert(message, BodyType.BINARY_MIME, BodyType.SEVEN_BIT);

    OctetFacts facts = OctetFacts.of(Content.of(converted));
    assertThat(facts.eightBit()).isFalse();
    assertThat(facts.nul()).isFalse();
    assertThat(facts.bareLineEnd()).isFalse();
    assertThat(facts.longLine()).isFalse();
    assertSameParts(converted, message);
  }

  @Property(tries = 300)
  void binaryMailInEightBitLinesDecodesToTheSameParts(@ForAll("binary") Generated message)
      throws Exception {
    byte[] converted = convert(message, BodyType.BINARY_MIME, BodyType.EIGHT_BIT_MIME);

    OctetFacts facts = OctetFacts.of(Content.of(converted));
    assertThat(facts.nul()).isFalse();
    assertThat(facts.bareLineEnd()).isFalse();
    assertThat(facts.longLine()).isFalse();
    assertSameParts(converted, message);
    assertThat(text(converted)).doesNotContain("binary");
  }

  @Property(tries = 300)
  void eightBitMailInAsciiLinesDecodesToTheSameParts(@ForAll("lines") Generated message)
      throws Exception {
    byte[] converted = convert(message, BodyType.EIGHT_BIT_MIME, BodyType.SEVEN_BIT);

    OctetFacts facts = OctetFacts.of(Content.of(converted));
    assertThat(facts.eightBit()).isFalse();
    assertThat(facts.longLine()).isFalse();
    assertSameParts(converted, message);
    assertThat(text(converted)).doesNotContain("Encoding: 8bit").doesNotContain("Encoding: binary");
  }

  @Property(tries = 200)
  void howItIsReadMakesNoDifference(@ForAll("binary") Generated message, @ForAll("steps") int step)
      throws Exception {
    Content content =
        content(Content.of(message.octets()), BodyType.BINARY_MIME, BodyType.SEVEN_BIT);
    List<Byte> octets = new ArrayList<>();
    try (InputStream in = content.open()) {
      byte[] block = new byte[step];
      for (int length = in.read(block); length >= 0; length = in.read(block)) {
        for (int i = 0; i < length; i++) {
          octets.add(block[i]);
        }
      }
    }

    assertThat(octets).hasSize(Math.toIntExact(content.size()));
    byte[] joined = new byte[octets.size()];
    for (int i = 0; i < joined.length; i++) {
      joined[i] = octets.get(i);
    }
    assertThat(joined).isEqualTo(content.bytes(1 << 24));
  }

  @Property(tries = 200)
  void theFactsDoNotDependOnTheCuts(
      @ForAll("binary") Generated message, @ForAll("steps") int step) {
    OctetScanner whole = new OctetScanner();
    whole.add(message.octets(), 0, message.octets().length);
    OctetScanner cut = new OctetScanner();
    for (int at = 0; at < message.octets().length; at += step) {
      cut.add(message.octets(), at, Math.min(step, message.octets().length - at));
    }

    assertThat(cut.facts()).isEqualTo(whole.facts());
  }

  @Provide
  Arbitrary<Generated> binary() {
    return GeneratedMessages.messages(true);
  }

  @Provide
  Arbitrary<Generated> lines() {
    return GeneratedMessages.messages(false);
  }

  @Provide
  Arbitrary<Integer> steps() {
    return Arbitraries.integers().between(1, 300);
  }

  private static byte[] convert(Generated message, BodyType from, BodyType to) throws Exception {
    return content(Content.of(message.octets()), from, to).bytes(1 << 24);
  }

  private static Content content(Content original, BodyType from, BodyType to) throws Exception {
    return switch (Conversion.convert(original, from, to)) {
      case Conversion.Converted converted -> converted.content();
      case Conversion.Impossible impossible -> throw new AssertionError(impossible.reason());
    };
  }

  private static void assertSameParts(byte[] converted, Generated message) throws Exception {
    List<String> leaves = new ArrayList<>();
    EntityWalk walk = new EntityWalk(new ByteArrayInputStream(converted));
    for (EntityState state = walk.state();
        state != EntityState.T_END_OF_STREAM;
        state = walk.next()) {
      if (state == EntityState.T_BODY) {
        leaves.add(text(walk.decodedBody().readAllBytes()));
      }
    }
    // The last line of a message that is one part, or ends with an enclosed message, gets its CR
    // LF.
    assertThat(leaves).hasSameSizeAs(message.leaves());
    for (int i = 0; i < leaves.size(); i++) {
      boolean last = i == leaves.size() - 1;
      assertThat(leaves.get(i))
          .isIn(message.leaves().get(i), last ? message.leaves().get(i) + "\r\n" : null);
    }
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
