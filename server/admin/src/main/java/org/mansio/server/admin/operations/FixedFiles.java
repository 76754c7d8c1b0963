package org.mansio.server.admin.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration files that are read at start only: a reload says which of them have changed since. Thread-safe. */
final class FixedFiles {
  static final List<String> NAMES =
      List.of("server.xml", "queue.xml", "dns.xml", "directory.xml", "logback.xml");

  private final Path folder;
  private final Map<String, byte[]> atStart = new LinkedHashMap<>();

  /** @param folder of the configuration; what it holds now is in force */
  FixedFiles(Path folder) {
    this.folder = folder;
    for (String name : NAMES) {
      try {
        atStart.put(name, octets(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** For the operator. */
  String state() throws IOException {
    List<String> changed = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : atStart.entrySet()) {
      if (!Arrays.equals(file.getValue(), octets(file.getKey()))) {
        changed.add(file.getKey());
      }
    }
    return changed.isEmpty()
        ? "as at the start"
        : String.join(", ", changed)
            + " changed since the start: what is new in it needs a restart";
  }

  /** None when there is no such file. */
  private byte[] octets(String name) throws IOException {
    try {
      return Files.readAllBytes(folder.resolve(name));
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }
}
