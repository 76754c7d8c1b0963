package org.mansio.queue.activemq.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Changes that take place together, all or none: one record of the journal. It begins with the journal's key, which no sender
 * of a mail knows, and a CRC-32C of what follows it, since the journal's own checksum covers whatever was written at one go. An addition is the kind of the record, its length and its
 * octets; an end is a zero, and the number of the file and the position in it where the octets of the record that ends lie.
 */
final class JournalTransaction {
  /** The key and the checksum. */
  static final int HEAD = JournalKey.OCTETS + Integer.BYTES;

  static final byte END = 0;

  private static final int ADDITION = 1 + Integer.BYTES;
  private static final int ENDING = 1 + 2 * Integer.BYTES;

  private final List<Added> added = new ArrayList<>();
  private final List<Ended> ended = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private boolean undone;

  /**
   * A record that the transaction adds.
   *
   * @param octets not to be changed
   */
  record Added(LiveRecord record, byte[] octets) {}

  /** A record that the transaction ends, and where it lay. */
  record Ended(LiveRecord record, JournalFile file, int position) {}

  private record Place(int file, int position) {}

  void add(Added addition) {
    added.add(addition);
  }

  /** Ends a record; with the writer's lock held. One that has ended already is left out. */
  void end(LiveRecord record) {
    JournalFile file = record.file;
    if (file != null) {
      ended.add(new Ended(record, file, record.position));
      places.add(new Place(file.id, record.position));
    }
  }

  /** Ends what lies at a place, although nobody knows of it. */
  void endAt(int file, int position) {
    places.add(new Place(file, position));
  }

  /** Whether what it changed in memory has been taken back; with the writer's lock held, as {@link #undone}. */
  boolean isUndone() {
    return undone;
  }

  void undone() {
    undone = true;
  }

  List<Added> added() {
    return added;
  }

  List<Ended> ended() {
    return ended;
  }

  /** The record for the journal that has this key. */
  byte[] encode(JournalKey key) {
    int size = HEAD + ENDING * places.size();
    for (Added addition : added) {
      size += ADDITION + addition.octets().length;
    }
    ByteBuffer out = ByteBuffer.allocate(size).position(HEAD);
    for (Place place : places) {
      out.put(END).putInt(place.file()).putInt(place.position());
    }
    for (Added addition : added) {
      out.put(addition.record().kind.code).putInt(addition.octets().length).put(addition.octets());
    }
    CRC32C crc = new CRC32C();
    crc.update(out.array(), HEAD, size - HEAD);
    out.position(0);
    key.putInto(out);
    return out.putInt((int) crc.getValue()).array();
  }

  /** Where in the encoded record the octets of the first addition begin; each further one follows by {@link #stride}. */
  int firstPosition() {
    return HEAD + ENDING * places.size() + ADDITION;
  }

  /** From the octets of an addition to those of the next. */
  static int stride(Added addition) {
    return addition.octets().length + ADDITION;
  }
}
