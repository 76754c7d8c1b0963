package org.mansio.queue.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads what {@link RecordOutput} wrote. Every length is checked against what is left: damage ends in an exception. */
final class RecordInput {
  private static final int MAX_SHIFT = 63;

  private final ByteBuffer in;

  RecordInput(byte[] octets) {
    this.in = ByteBuffer.wrap(octets);
  }

  /** Reads one part. */
  @FunctionalInterface
  interface Part<T> {
    T read(RecordInput in) throws DamagedRecordException;
  }

  int octet() throws DamagedRecordException {
    need(1);
    return in.get() & 0xff;
  }

  long number() throws DamagedRecordException {
    long value = 0;
    for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
      int octet = octet();
      value |= (long) (octet & 0x7f) << shift;
      if ((octet & 0x80) == 0) {
        return value;
      }
    }
    throw new DamagedRecordException("a number has no end");
  }

  int size() throws DamagedRecordException {
    long size = number();
    if (size < 0 || size > in.remaining()) {
      throw new DamagedRecordException(size + " parts in " + in.remaining() + " octets");
    }
    return (int) size;
  }

  int integer() throws DamagedRecordException {
    long value = number();
    if (value != (int) value) {
      throw new DamagedRecordException("number out of range: " + value);
    }
    return (int) value;
  }

  boolean flag() throws DamagedRecordException {
    return octet() != 0;
  }

  byte[] octets() throws DamagedRecordException {
    byte[] value = new byte[size()];
    in.get(value);
    return value;
  }

  String text() throws DamagedRecordException {
    return new String(octets(), StandardCharsets.UTF_8);
  }

  Instant instant() throws DamagedRecordException {
    return Instant.ofEpochSecond(number(), number());
  }

  UUID id() throws DamagedRecordException {
    need(2 * Long.BYTES);
    return new UUID(in.getLong(), in.getLong());
  }

  <E extends Enum<E>> E constant(Class<E> type) throws DamagedRecordException {
    return Enum.valueOf(type, text());
  }

  <T> Optional<T> optional(Part<T> part) throws DamagedRecordException {
    return flag() ? Optional.of(part.read(this)) : Optional.empty();
  }

  <T> List<T> list(Part<T> part) throws DamagedRecordException {
    int size = size();
    List<T> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(part.read(this));
    }
    return values;
  }

  void end() throws DamagedRecordException {
    if (in.hasRemaining()) {
      throw new DamagedRecordException(in.remaining() + " octets behind the end");
    }
  }

  private void need(int octets) throws DamagedRecordException {
    if (in.remaining() < octets) {
      throw new DamagedRecordException("ends too early");
    }
  }
}
