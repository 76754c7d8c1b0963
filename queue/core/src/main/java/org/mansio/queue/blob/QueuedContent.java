package org.mansio.queue.blob;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.mansio.spi.mail.Content;

/**
 * Content as the queue keeps it: octets in the record itself, then, for what is too large, a slice of a blob. Immutable;
 * readable as long as some mail at rest refers to the blob.
 */
public final class QueuedContent implements Content {
  private final byte[] head;
  private final Optional<BlobSlice> tail;
  private final BlobStore blobs;

  /**
   * @param head belongs to the content from now on
   * @param tail what follows it; empty when the head is all
   */
  public QueuedContent(byte[] head, Optional<BlobSlice> tail, BlobStore blobs) {
    this.head = head;
    this.tail = tail;
    this.blobs = blobs;
  }

  /** The octets kept in the record; not to be changed. */
  public byte[] head() {
    return head;
  }

  public Optional<BlobSlice> tail() {
    return tail;
  }

  @Override
  public long size() {
    return head.length + tail.map(BlobSlice::length).orElse(0L);
  }

  @Override
  public InputStream open() throws IOException {
    if (tail.isEmpty()) {
      return new ByteArrayInputStream(head);
    }
    InputStream file = openSlice(tail.get());
    return head.length == 0 ? file : new SequenceInputStream(new ByteArrayInputStream(head), file);
  }

  @Override
  public Optional<Path> file() {
    return tail.filter(slice -> head.length == 0 && slice.offset() == 0 && blobs.isWhole(slice))
        .map(slice -> blobs.path(slice.name()));
  }

  @Override
  public Optional<byte[]> inMemory() {
    return tail.isEmpty() ? Optional.of(head) : Optional.empty();
  }

  private InputStream openSlice(BlobSlice slice) throws IOException {
    FileChannel channel = FileChannel.open(blobs.path(slice.name()), StandardOpenOption.READ);
    channel.position(slice.offset());
    return new BoundedStream(Channels.newInputStream(channel), slice.length());
  }

  /** Ends where the slice ends; a file that is shorter is damaged and says so. */
  private static final class BoundedStream extends InputStream {
    private final InputStream in;
    private long left;

    BoundedStream(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : ByteBuffer.wrap(one).get() & 0xff;
    }

    @Override
    public int read(byte[] octets, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(octets, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new IOException(
            "a blob of the queue is " + left + " octets too short; restore it or remove the mail");
      }
      left -= count;
      return count;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(left, in.available());
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
