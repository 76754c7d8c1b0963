package org.mansio.protocols.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An address in which each {@code %} stands for a number: {@code user%@d%.example}. Immutable. */
final class AddressPattern {
  private static final char NUMBER = '%';

  private final List<byte[]> pieces = new ArrayList<>();
  private final int numbers;

  /** @param numbers how many different ones there are: 0 up to this minus 1 */
  AddressPattern(String text, int numbers) {
    this.numbers = numbers;
    int from = 0;
    for (int at = text.indexOf(NUMBER); at >= 0; at = text.indexOf(NUMBER, from)) {
      pieces.add(text.substring(from, at).getBytes(StandardCharsets.UTF_8));
      from = at + 1;
    }
    pieces.add(text.substring(from).getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the address of a number; beyond the last one they start again. */
  void write(ByteBuf out, long number) {
    out.writeBytes(pieces.getFirst());
    for (int i = 1; i < pieces.size(); i++) {
      Digits.write(out, number % numbers);
      out.writeBytes(pieces.get(i));
    }
  }
}
