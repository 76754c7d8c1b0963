package org.mansio.queue.blob;

import java.util.Objects;

/**
 * A run of octets within a blob.
 *
 * @param name of the blob: the file's name, a UUID
 * @param offset where it starts, octets
 * @param length octets
 */
public record BlobSlice(String name, long offset, long length) {
  /** @throws IllegalArgumentException when the numbers can't be or the name could lead out of the blobs' directory */
  public BlobSlice {
    Objects.requireNonNull(name);
    if (offset < 0 || length < 0 || !name.matches("[0-9a-f-]{36}")) {
      throw new IllegalArgumentException(
          "not a slice of a blob: " + name + " " + offset + "+" + length);
    }
  }

  /** The same slice without its first octets. */
  BlobSlice skip(long octets) {
    return new BlobSlice(name, offset + octets, length - octets);
  }
}
