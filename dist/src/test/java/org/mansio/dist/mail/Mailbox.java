package org.mansio.dist.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The inbox of a local user, read from its Maildir. */
public record Mailbox(Path maildir) {
  public static Mailbox of(Path data, String user, String domain) {
    return new Mailbox(data.resolve("mail").resolve(domain).resolve(user).resolve("Maildir"));
  }

  /** Messages in {@code new} and {@code cur}, in no order. */
  public List<byte[]> messages() {
    List<byte[]> result = new ArrayList<>();
    for (Path file : files()) {
      try {
        result.add(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return result;
  }

  /** How many messages there are. */
  public int count() {
    return files().size();
  }

  private List<Path> files() {
    List<Path> result = new ArrayList<>();
    for (String folder : List.of("new", "cur")) {
      try (Stream<Path> files = Files.list(maildir.resolve(folder))) {
        files.forEach(result::add);
      } catch (NoSuchFileException e) {
        // Nothing has been delivered yet.
        continue;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return result;
  }
}
