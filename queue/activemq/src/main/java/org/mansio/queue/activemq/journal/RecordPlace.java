package org.mansio.queue.activemq.journal;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;

/** Where the octets of a record lie. */
record RecordPlace(int file, int position, int length, File path) {

  /** @throws IOException also when the record was moved meanwhile and its file is gone */
  byte[] read() throws IOException {
    byte[] octets = new byte[length];
    // A channel would be closed by the interrupt that ends an attempt, also for all other readers.
    try (RandomAccessFile in = new RandomAccessFile(path, "r")) {
      in.seek(position);
      in.readFully(octets);
    }
    return octets;
  }

  @Override
  public String toString() {
    return file + ":" + position;
  }
}
