package org.mansio.server.kernel.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the files of the configuration folder. Reads anew at each call; thread-safe. */
public final class ConfigurationFiles {
  /** Includes within includes: enough for any sane layout, and an end for a circle of them. */
  private static final int MAX_INCLUDE_DEPTH = 10;

  private static final String INCLUDE = "include";
  private static final String INCLUDED = "included";

  private final Path folder;
  private final Variables variables;

  public ConfigurationFiles(Path folder, Variables variables) {
    this.folder = folder;
    this.variables = variables;
  }

  public Path folder() {
    return folder;
  }

  /** How a file of the folder is called in messages. */
  public Location locationOf(String fileName) {
    return Location.of(folder.resolve(fileName).toString());
  }

  /**
   * Reads a file whose root element must have a given name.
   *
   * @return empty when the file can't be used; why is among the problems
   */
  public Optional<ConfigElement> read(String fileName, String rootName, Problems problems) {
    Path file = folder.resolve(fileName);
    Optional<ConfigElement> root = parse(file, problems, List.of());
    return withRoot(rootName, root, problems);
  }

  /**
   * Reads a file as it stands: neither are variables replaced nor other files taken in. For one whose grammar isn't this
   * server's.
   *
   * @return empty when the file can't be used; why is among the problems
   */
  public Optional<ConfigElement> readAsItStands(
      String fileName, String rootName, Problems problems) {
    Path file = folder.resolve(fileName);
    Optional<ConfigElement> root = text(file, problems)
        .flatMap(text -> XmlTree.parseAsItStands(file.toString(), text, problems));
    return withRoot(rootName, root, problems);
  }

  private static Optional<ConfigElement> withRoot(
      String rootName, Optional<ConfigElement> root, Problems problems) {
    if (root.isPresent() && !root.get().name().equals(rootName)) {
      problems.error(
          root.get().location(),
          "the root element is <" + root.get().name() + ">, but has to be <" + rootName + ">");
      return Optional.empty();
    }
    return root;
  }

  private Optional<ConfigElement> parse(Path file, Problems problems, List<Path> includedFrom) {
    List<Path> path = new ArrayList<>(includedFrom);
    path.add(file.toAbsolutePath().normalize());
    return text(file, problems)
        .flatMap(text -> XmlTree.parse(file.toString(), text, variables, problems))
        .map(root -> expand(root, file, problems, path));
  }

  private static Optional<String> text(Path file, Problems problems) {
    String name = file.toString();
    try {
      // Strict: a decoder that replaces malformed octets would change a password unseen.
      String text = StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (NoSuchFileException e) {
      problems.error(Location.of(name), "the file doesn't exist");
    } catch (CharacterCodingException e) {
      problems.error(Location.of(name), "the file isn't UTF-8");
    } catch (IOException e) {
      problems.error(Location.of(name), "the file can't be read: " + e);
    }
    return Optional.empty();
  }

  private ConfigElement expand(
      ConfigElement element, Path file, Problems problems, List<Path> path) {
    List<ConfigElement> children = new ArrayList<>();
    for (ConfigElement child : element.children()) {
      if (child.name().equals(INCLUDE) && child.attributes().containsKey("file")) {
        children.addAll(include(child, file, problems, path));
      } else {
        children.add(expand(child, file, problems, path));
      }
    }
    return element.withChildren(children);
  }

  private List<ConfigElement> include(
      ConfigElement include, Path file, Problems problems, List<Path> path) {
    Path target = file.resolveSibling(include.attribute("file").orElse(""));
    if (path.contains(target.toAbsolutePath().normalize()) || path.size() > MAX_INCLUDE_DEPTH) {
      problems.error(
          include.location(),
          "'" + target + "' includes itself, or files include each other too deep");
      return List.of();
    }
    if (!Files.exists(target)) {
      problems.error(
          include.locationOf("file"), "the included file '" + target + "' doesn't exist");
      return List.of();
    }
    Optional<ConfigElement> root = parse(target, problems, path);
    if (root.isPresent() && !root.get().name().equals(INCLUDED)) {
      problems.error(
          root.get().location(),
          "the root element of an included file has to be <" + INCLUDED + ">");
    }
    return root.map(ConfigElement::children).orElse(List.of());
  }
}
