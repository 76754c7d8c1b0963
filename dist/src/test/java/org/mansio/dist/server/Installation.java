package org.mansio.dist.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The unpacked tarball as one test uses it: scripts, configuration and plugins of its own, libraries shared with the other
 * tests.
 *
 * @param home the folder that holds bin, conf, lib, plugins, and data and logs once it runs
 */
public record Installation(Path home) {
  private static Optional<Path> unpacked = Optional.empty();

  /** A fresh one. @param name of its folder, unique among tests */
  public static Installation fresh(String name) {
    try {
      Path source = unpack();
      Path home = work().resolve(name);
      delete(home);
      Files.createDirectories(home);
      for (String folder : List.of("bin", "conf", "plugins", "docs")) {
        copy(source.resolve(folder), home.resolve(folder));
      }
      Files.createSymbolicLink(home.resolve("lib"), source.resolve("lib"));
      return new Installation(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of all end-to-end tests. */
  public static Path work() {
    return Path.of(property("mansio.work"));
  }

  /** The module's folder, for sources that tests build. */
  public static Path source() {
    return Path.of(property("mansio.source"));
  }

  /** The unpacked tarball itself, not to be changed. */
  public static synchronized Path unpack() {
    if (unpacked.isEmpty()) {
      try {
        Path folder = work().resolve("unpacked");
        delete(folder);
        Files.createDirectories(folder);
        Commands.Result tar =
            Commands.run(folder, Map.of(), "", List.of("tar", "xzf", property("mansio.tarball")));
        if (tar.exitCode() != 0) {
          throw new IOException("the tarball can't be unpacked: " + tar.all());
        }
        try (Stream<Path> entries = Files.list(folder)) {
          unpacked = entries.findFirst();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return unpacked.orElseThrow(() -> new IllegalStateException("the tarball is empty"));
  }

  public Path bin(String script) {
    return home.resolve("bin").resolve(script);
  }

  public Path conf(String file) {
    return home.resolve("conf").resolve(file);
  }

  public Path data() {
    return home.resolve("data");
  }

  public Path logs() {
    return home.resolve("logs");
  }

  public Path plugins() {
    return home.resolve("plugins");
  }

  /** Changes a configuration file; fails when that leaves it as it was. */
  public Installation edit(String file, UnaryOperator<String> change) {
    try {
      String before = Files.readString(conf(file));
      String after = change.apply(before);
      if (after.equals(before)) {
        throw new IllegalArgumentException("nothing to change in " + file);
      }
      Files.writeString(conf(file), after);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code bin/mansio} to its end. */
  public Commands.Result mansio(String... arguments) {
    return run("mansio", "", arguments);
  }

  /** Runs {@code bin/mansioctl}. */
  public Commands.Result ctl(String... arguments) {
    return run("mansioctl", "", arguments);
  }

  /** Runs {@code bin/mansioctl} with an input; fails unless it exits with 0. @return its output */
  public String ctlWithInput(String input, String... arguments) {
    Commands.Result result = run("mansioctl", input, arguments);
    if (result.exitCode() != 0) {
      throw new IllegalStateException("mansioctl " + List.of(arguments) + ": " + result.all());
    }
    return result.output();
  }

  private Commands.Result run(String script, String input, String... arguments) {
    List<String> command =
        Stream.concat(Stream.of(bin(script).toString()), Stream.of(arguments)).toList();
    return Commands.run(home, Map.of(), input, command);
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(name + " isn't set: these tests run in mvn verify");
    }
    return value;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
