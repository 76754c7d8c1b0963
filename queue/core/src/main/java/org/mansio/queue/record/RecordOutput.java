package org.mansio.queue.record;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Writes the parts of a record. Numbers are in base 128, low digits first; texts are UTF-8 behind their length. */
final class RecordOutput {
  private static final int FIRST_BUFFER = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_BUFFER);

  byte[] octets() {
    return out.toByteArray();
  }

  RecordOutput octet(int value) {
    out.write(value);
    return this;
  }

  RecordOutput number(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  RecordOutput flag(boolean value) {
    return octet(value ? 1 : 0);
  }

  RecordOutput octets(byte[] value) {
    number(value.length);
    out.writeBytes(value);
    return this;
  }

  RecordOutput text(String value) {
    return octets(value.getBytes(StandardCharsets.UTF_8));
  }

  RecordOutput instant(Instant value) {
    return number(value.getEpochSecond()).number(value.getNano());
  }

  RecordOutput id(UUID value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value.getMostSignificantBits() >>> shift));
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value.getLeastSignificantBits() >>> shift));
    }
    return this;
  }

  <T> RecordOutput optional(Optional<T> value, BiConsumer<RecordOutput, T> writer) {
    flag(value.isPresent());
    value.ifPresent(present -> writer.accept(this, present));
    return this;
  }

  <T> RecordOutput list(Collection<T> values, BiConsumer<RecordOutput, T> writer) {
    number(values.size());
    values.forEach(value -> writer.accept(this, value));
    return this;
  }
}
