package org.mansio.spi.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The octets of a message, as they are: lines end with CR LF unless the body type is binary, no dot-stuffing.
 * Reading is repeatable and doesn't load a large message into memory. Implementations are immutable and thread-safe.
 */
public interface Content {
  /** The size in octets. */
  long size();

  /**
   * A new stream from the first octet; the caller closes it.
   *
   * @throws IOException when the octets can't be read, such as after the mail left the queue
   */
  InputStream open() throws IOException;

  /** The file that holds exactly these octets, for zero-copy; empty when they lie elsewhere. Never written to. */
  default Optional<Path> file() {
    return Optional.empty();
  }

  /** The octets where they are in memory already; empty otherwise. Not to be changed. */
  default Optional<byte[]> inMemory() {
    return Optional.empty();
  }

  /** Octets in memory; the array belongs to the content from now on. */
  static Content of(byte[] octets) {
    return new Content() {
      @Override
      public long size() {
        return octets.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(octets);
      }

      @Override
      public Optional<byte[]> inMemory() {
        return Optional.of(octets);
      }
    };
  }

  /** Octets in a file that doesn't change as long as the content is used. */
  static Content of(Path file, long size) {
    return new Content() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }

      @Override
      public Optional<Path> file() {
        return Optional.of(file);
      }
    };
  }

  /** The content from {@code offset} octets on, with {@code head} before it: how a header edit keeps the body unread. */
  static Content prepend(byte[] head, Content rest, long offset) {
    return new Prepended(head, rest, offset);
  }

  /**
   * What {@link #prepend} makes; named, so that a queue can keep the new head and refer to the rest where it lies already.
   */
  final class Prepended implements Content {
    private final byte[] head;
    private final Content rest;
    private final long offset;

    private Prepended(byte[] head, Content rest, long offset) {
      this.head = head;
      this.rest = rest;
      this.offset = offset;
    }

    /** The octets in front; not to be changed. */
    public byte[] head() {
      return head;
    }

    /** The content whose octets follow, from {@link #offset} on. */
    public Content rest() {
      return rest;
    }

    /** How many octets of {@link #rest} are left out at its start. */
    public long offset() {
      return offset;
    }

    @Override
    public long size() {
      return head.length + rest.size() - offset;
    }

    @Override
    public InputStream open() throws IOException {
      InputStream tail = rest.open();
      try {
        tail.skipNBytes(offset);
      } catch (IOException e) {
        tail.close();
        throw e;
      }
      return new SequenceInputStream(new ByteArrayInputStream(head), tail);
    }
  }

  /**
   * All octets as an array; for content that is known to be small.
   *
   * @throws IOException when it is larger than {@code limit} octets or can't be read
   */
  default byte[] bytes(int limit) throws IOException {
    if (size() > limit) {
      throw new IOException("content of " + size() + " octets is larger than " + limit);
    }
    Optional<byte[]> memory = inMemory();
    if (memory.isPresent()) {
      return memory.get();
    }
    try (InputStream in = open()) {
      return in.readAllBytes();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
