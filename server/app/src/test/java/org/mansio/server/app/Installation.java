package org.mansio.server.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import org.mansio.server.kernel.Layout;
import org.mansio.server.kernel.config.Variables;

/** An installation in a folder of its own, with the configuration that ships, on free ports of the loopback. */
final class Installation {
  /** Tests run in the folder of their module. */
  static final Path SHIPPED = Path.of("..", "..", "conf");

  final Map<String, String> environment = new HashMap<>();
  final MBeanServer beans = MBeanServerFactory.newMBeanServer();
  private final Layout layout;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  Installation(Path home) throws IOException {
    layout = Layout.below(home);
    copy(SHIPPED, layout.configuration());
    environment.put("MANSIO_HOSTNAME", "mx.example.org");
    environment.put("MANSIO_BIND", "127.0.0.1");
    for (String listener : new String[] {"SMTP", "SUBMISSION", "SUBMISSIONS", "LMTP", "ODMR"}) {
      environment.put("MANSIO_" + listener + "_PORT", "auto");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  Layout layout() {
    return layout;
  }

  Launcher launcher() {
    return new Launcher(
        layout,
        new Variables(environment::get, _ -> null),
        () -> beans,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  /** Starts the server; fails the test with what stands on standard error when it doesn't. */
  RunningServer start() {
    return switch (launcher().start()) {
      case Launcher.Result.Running running -> running.server();
      case Launcher.Result.Failed failed ->
        throw new AssertionError("not started, exit code " + failed.exitCode() + ":\n" + err());
    };
  }

  /** Replaces a part of a configuration file, which must be there. */
  void change(String file, String from, String to) throws IOException {
    Path path = layout.configuration().resolve(file);
    String text = Files.readString(path);
    if (!text.contains(from)) {
      throw new AssertionError(file + " doesn't hold " + from);
    }
    Files.writeString(path, text.replace(from, to));
  }

  /** Where a text stands for the first time, as problems tell it. */
  String place(String file, String text) throws IOException {
    Path path = layout.configuration().resolve(file);
    int line = 0;
    for (String each : Files.readAllLines(path)) {
      line++;
      if (each.contains(text)) {
        return path + ":" + line + ":" + (each.indexOf(text) + 1);
      }
    }
    throw new AssertionError(file + " doesn't hold " + text);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
