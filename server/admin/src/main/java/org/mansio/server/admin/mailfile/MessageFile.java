package org.mansio.server.admin.mailfile;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mansio.spi.mail.Content;

/** A message alone in a file, as mail programs save it. */
public final class MessageFile {
  /** Of a message whose line ends have to be changed, which takes memory; octets. */
  private static final long MAX_CHANGED = 16 << 20;

  private MessageFile() {}

  /**
   * Reads it with the line ends that it has on the wire (RFC 5321 §2.3.8). One that has them refers to the file.
   *
   * @throws IllegalArgumentException when it is too large to be changed
   */
  public static Content read(Path file) throws IOException {
    long size = Files.size(file);
    if (hasCrLf(file)) {
      return Content.of(file, size);
    }
    if (size > MAX_CHANGED) {
      throw new IllegalArgumentException(
          file + " is larger than 16M and its lines don't end with CR LF");
    }
    return Content.of(withCrLf(Files.readAllBytes(file)));
  }

  /** Whether the first line ends so; a file has one kind of line ends. */
  private static boolean hasCrLf(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int before = -1;
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        if (octet == '\n') {
          return before == '\r';
        }
        before = octet;
      }
      return false;
    }
  }

  private static byte[] withCrLf(byte[] octets) {
    ByteArrayOutputStream changed = new ByteArrayOutputStream(octets.length + octets.length / 32);
    byte before = 0;
    for (byte octet : octets) {
      if (octet == '\n' && before != '\r') {
        changed.write('\r');
      }
      changed.write(octet);
      before = octet;
    }
    return changed.toByteArray();
  }
}
