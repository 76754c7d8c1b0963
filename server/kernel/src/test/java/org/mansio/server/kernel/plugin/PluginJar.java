package org.mansio.server.kernel.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a stranger's plugin into a jar. */
public final class PluginJar {
  private PluginJar() {}

  /** A plugin class {@code stranger.<name>} with that body, in {@code plugins/<name>/<name>.jar}. */
  public static Path write(Path plugins, String name, String body) throws IOException {
    return write(plugins, name, body, "SpiVersion.CURRENT");
  }

  /** A plugin that was built for another version of the SPI. */
  public static Path writeWithSpiVersion(Path plugins, String name, int version)
      throws IOException {
    return write(plugins, name, "", Integer.toString(version));
  }

  private static Path write(Path plugins, String name, String body, String version)
      throws IOException {
    String source = """
        package stranger;
        import java.util.List;
        import org.mansio.spi.*;
        import org.mansio.spi.mailet.*;
        import org.mansio.spi.settings.*;
        public class %s implements Plugin {
          public String name() { return "%s"; }
          public String version() { return "1.2"; }
          public int spiVersion() { return %s; }
          %s
        }
        """;
    return compile(plugins.resolve(name), name, source.formatted(name, name, version, body));
  }

  private static Path compile(Path folder, String name, String source) throws IOException {
    Path classes = Files.createTempDirectory("classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///stranger/" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
    if (!compiler.getTask(null, null, null, options, null, List.of(file)).call()) {
      throw new IllegalArgumentException("the plugin doesn't compile");
    }
    Files.createDirectories(folder);
    Path jar = folder.resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> compiled = Files.walk(classes)) {
      for (Path path : compiled.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(path).toString()));
        Files.copy(path, entries);
      }
      entries.putNextEntry(new JarEntry("META-INF/services/org.mansio.spi.Plugin"));
      entries.write(("stranger." + name + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }
}
