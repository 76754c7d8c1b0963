package org.mansio.queue.activemq.journal;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.store.kahadb.disk.journal.DataFile;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.util.RecoverableRandomAccessFile;

/** A disk for a journal, which fills up when a test says so: writes are then cut off and refused, as by a real one. */
final class JournalDisk {
  private volatile boolean full;
  private volatile int left;
  private final AtomicInteger refused = new AtomicInteger();

  /** From now on of each write only so many octets reach the file, and the writer hears that there is no room. */
  void fill(int octets) {
    left = octets;
    full = true;
  }

  void free() {
    full = false;
  }

  /** How many writes were refused so far. */
  int refused() {
    return refused.get();
  }

  /** Whoever asks whether it takes anything. */
  void probe() throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
  }

  /** For the queue's guard. */
  long freeOctets() {
    return full ? 0 : Long.MAX_VALUE;
  }

  /** A journal on this disk, to be set up. */
  Journal journal() {
    Journal journal = new Journal();
    journal.setDataFileFactory(OnDisk::new);
    return journal;
  }

  private final class OnDisk extends DataFile {
    OnDisk(File file, int number) {
      super(file, number);
    }

    @Override
    public synchronized RecoverableRandomAccessFile appendRandomAccessFile() throws IOException {
      if (appendRandomAccessFile == null) {
        appendRandomAccessFile = new Written(file);
      }
      return appendRandomAccessFile;
    }
  }

  private final class Written extends RecoverableRandomAccessFile {
    Written(File file) throws FileNotFoundException {
      super(file, "rw");
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      if (full) {
        super.write(octets, offset, Math.min(left, length));
        refused.incrementAndGet();
        throw new IOException("No space left on device");
      }
      super.write(octets, offset, length);
    }

    /** What makes a file as long as it will be writes through it. */
    @Override
    public FileChannel getChannel() throws IOException {
      if (full) {
        throw new IOException("No space left on device");
      }
      return super.getChannel();
    }
  }
}
