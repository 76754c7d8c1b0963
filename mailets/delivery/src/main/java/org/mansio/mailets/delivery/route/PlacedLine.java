package org.mansio.mailets.delivery.route;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * A line that says something, and where it stands.
 *
 * @param place such as {@code routes.map:12}; what an error begins with
 * @param words the line's words; at least one
 */
record PlacedLine(String place, List<String> words) {
  /** Some ten times the largest transport maps in use; a larger file is a mistake. */
  private static final long MAX_SIZE = 64L << 20;

  /** Reads a line. @throws InvalidSettingException with what is wrong, without the place */
  @FunctionalInterface
  interface Reader {
    void read(PlacedLine line) throws InvalidSettingException;
  }

  PlacedLine {
    words = List.copyOf(words);
  }

  String first() {
    return words.getFirst();
  }

  /** The words from one on; none when there are fewer. */
  List<String> from(int index) {
    return words.subList(Math.min(index, words.size()), words.size());
  }

  /**
   * The lines of a setting's text and of a file behind it. Empty lines, and those that begin with {@code #}, say nothing.
   *
   * @param setting the name of the setting
   * @throws InvalidSettingException when the file can't be read
   */
  static List<PlacedLine> all(Optional<String> text, String setting, Optional<Path> file)
      throws InvalidSettingException {
    List<PlacedLine> lines = new ArrayList<>(placed(text.orElse("").lines().toList(), setting));
    if (file.isPresent()) {
      lines.addAll(placed(read(file.get()), file.get().getFileName().toString()));
    }
    return lines;
  }

  /**
   * Gives each line to a reader.
   *
   * @throws InvalidSettingException with the place and the reason of every line that the reader didn't take
   */
  static void readAll(List<PlacedLine> lines, Reader reader) throws InvalidSettingException {
    List<String> problems = new ArrayList<>();
    for (PlacedLine line : lines) {
      try {
        reader.read(line);
      } catch (InvalidSettingException e) {
        problems.add(line.place() + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(String.join("; ", problems));
    }
  }

  private static List<PlacedLine> placed(List<String> lines, String source) {
    List<PlacedLine> placed = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        placed.add(new PlacedLine(source + ":" + (i + 1), Arrays.asList(line.split("\\s+"))));
      }
    }
    return placed;
  }

  private static List<String> read(Path file) throws InvalidSettingException {
    try {
      if (Files.size(file) > MAX_SIZE) {
        throw new InvalidSettingException(file + " is larger than " + MAX_SIZE + " octets");
      }
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new InvalidSettingException(file + " doesn't exist");
    } catch (MalformedInputException e) {
      throw new InvalidSettingException(file + " isn't UTF-8");
    } catch (IOException e) {
      throw new InvalidSettingException(file + " can't be read: " + e);
    }
  }
}
