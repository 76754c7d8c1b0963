package org.mansio.dist;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Builds plugins as a stranger does: Java sources compiled against the SPI of the tarball and nothing else. */
final class PluginJar {
  private PluginJar() {}

  /**
   * Builds a Maven project's main sources and resources into {@code plugins/<name>/<name>.jar}.
   *
   * @param project the folder with {@code src/main}
   */
  static Path build(Path project, Path plugins, String name) {
    try {
      Path classes = Files.createTempDirectory("plugin-" + name);
      compile(files(project.resolve("src/main/java")), classes);
      Path resources = project.resolve("src/main/resources");
      for (Path resource : files(resources)) {
        Path target = classes.resolve(resources.relativize(resource));
        Files.createDirectories(target.getParent());
        Files.copy(resource, target);
      }
      return pack(classes, plugins, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A plugin whose services file names a class that isn't there. */
  static Path naming(String missingClass, Path plugins, String name) {
    try {
      Path classes = Files.createTempDirectory("plugin-" + name);
      Path services = Files.createDirectories(classes.resolve("META-INF/services"));
      Files.writeString(services.resolve("org.mansio.spi.Plugin"), missingClass + "\n");
      return pack(classes, plugins, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compile(List<Path> sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        new ArrayList<>(List.of("-d", classes.toString(), "-cp", spi().toString(), "-proc:none"));
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      if (!compiler
          .getTask(messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call()) {
        throw new IllegalStateException("the plugin doesn't compile:\n" + messages);
      }
    }
  }

  /** The SPI's jar as the tarball ships it. */
  static Path spi() throws IOException {
    Path lib = org.mansio.dist.server.Installation.unpack().resolve("lib");
    try (Stream<Path> jars = Files.list(lib)) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("mansio-spi-api-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path pack(Path classes, Path plugins, String name) throws IOException {
    Path folder = Files.createDirectories(plugins.resolve(name));
    Path jar = folder.resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      for (Path file : files(classes)) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return jar;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList();
    }
  }
}
