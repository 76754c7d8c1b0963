package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Reads many records, file by file. Used by one thread. */
final class SequentialReader implements AutoCloseable {
  private int file;
  private @Nullable Arena arena;
  private ByteBuffer in = ByteBuffer.allocate(0);

  byte[] read(RecordPlace place) throws IOException {
    if (arena == null || place.file() != file) {
      open(place);
    }
    if ((long) place.position() + place.length() > in.limit()) {
      throw new IOException("the file ends within it");
    }
    byte[] octets = new byte[place.length()];
    in.get(place.position(), octets);
    return octets;
  }

  // The arena is closed by close(), or by the next file.
  @SuppressWarnings("MustBeClosedChecker")
  private void open(RecordPlace place) throws IOException {
    close();
    Arena fresh = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(place.path().toPath(), StandardOpenOption.READ)) {
      in = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), fresh).asByteBuffer();
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    arena = fresh;
    file = place.file();
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
      arena = null;
    }
  }
}
