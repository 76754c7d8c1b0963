package org.mansio.server.kernel.plugin;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads one plugin's jars. It sees the JDK and the packages of the SPI, nothing else of the server, so that a plugin's
 * libraries meet neither the server's nor another plugin's.
 */
final class PluginClassLoader extends URLClassLoader {
  /** Packages that a plugin shares with the server, each with its final dot. */
  private static final List<String> SHARED =
      List.of("org.mansio.spi.", "org.jspecify.", "org.slf4j.");

  static {
    registerAsParallelCapable();
  }

  private final Path directory;
  private final ClassLoader application;

  PluginClassLoader(Path directory, URL[] jars, ClassLoader application) {
    super("plugin " + directory.getFileName(), jars, ClassLoader.getPlatformClassLoader());
    this.directory = directory;
    this.application = application;
  }

  Path directory() {
    return directory;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return SHARED.stream().anyMatch(name::startsWith)
        ? application.loadClass(name)
        : super.loadClass(name, resolve);
  }
}
