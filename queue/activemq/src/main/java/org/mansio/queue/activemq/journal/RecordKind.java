package org.mansio.queue.activemq.journal;

import java.util.Optional;

/** What a record is for. The code is part of what is stored and doesn't change. */
enum RecordKind {
  SPOOL(1),
  ENTRY(2),
  /** A record that can't be read, kept for the operator. */
  DAMAGED(3);

  final byte code;

  RecordKind(int code) {
    this.code = (byte) code;
  }

  static Optional<RecordKind> of(byte code) {
    for (RecordKind kind : values()) {
      if (kind.code == code) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
