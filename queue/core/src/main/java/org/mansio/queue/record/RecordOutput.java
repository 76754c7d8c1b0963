package org.mansio.queue.record;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Writes the parts of a record. Numbers are in base 128, low digits first; texts are UTF-8 behind their length. What is long,
 * such as a body, is copied once only, into the finished record. Not thread-safe.
 */
final class RecordOutput {
  private static final int FIRST_BUFFER = 512;

  /** From so many octets on, an array is kept as it is until the end. */
  private static final int LONG = 1024;

  private byte[] buffer = new byte[FIRST_BUFFER];
  private int used;
  private final List<Inserted> inserted = new ArrayList<>(1);

  /** A long array, and how much of the buffer comes before it. */
  private record Inserted(int position, byte[] octets) {}

  /** The record as far as it is written. */
  byte[] octets() {
    int size = used;
    for (Inserted insertion : inserted) {
      size += insertion.octets().length;
    }
    byte[] result = new byte[size];
    int from = 0;
    int to = 0;
    for (Inserted insertion : inserted) {
      int length = insertion.position() - from;
      System.arraycopy(buffer, from, result, to, length);
      System.arraycopy(insertion.octets(), 0, result, to + length, insertion.octets().length);
      from = insertion.position();
      to += length + insertion.octets().length;
    }
    System.arraycopy(buffer, from, result, to, used - from);
    return result;
  }

  RecordOutput octet(int value) {
    room(1);
    buffer[used++] = (byte) value;
    return this;
  }

  RecordOutput number(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      octet((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    return octet((int) rest);
  }

  RecordOutput flag(boolean value) {
    return octet(value ? 1 : 0);
  }

  /** @param value not to be changed until the record is finished */
  RecordOutput octets(byte[] value) {
    number(value.length);
    if (value.length >= LONG) {
      inserted.add(new Inserted(used, value));
    } else {
      room(value.length);
      System.arraycopy(value, 0, buffer, used, value.length);
      used += value.length;
    }
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
      octet((int) (value.getMostSignificantBits() >>> shift));
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
      octet((int) (value.getLeastSignificantBits() >>> shift));
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

  private void room(int more) {
    if (used + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, used + more));
    }
  }
}
