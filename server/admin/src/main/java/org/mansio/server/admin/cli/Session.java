package org.mansio.server.admin.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.management.MBeanServerConnection;
import org.jspecify.annotations.Nullable;

/** What the commands share: the server, opened when the first one asks, and where they read and write. */
final class Session implements AutoCloseable {
  /** Longer ones are a mistake, such as a file on standard input. Octets. */
  private static final int MAX_PASSWORD = 1024;

  private final Function<Path, ServerLink> connect;
  private final InputStream in;
  private final PrintWriter out;
  private Path data = Path.of("data");
  private @Nullable ServerLink link;

  Session(Function<Path, ServerLink> connect, InputStream in, PrintWriter out) {
    this.connect = connect;
    this.in = in;
    this.out = out;
  }

  void useData(Path folder) {
    data = folder;
  }

  PrintWriter out() {
    return out;
  }

  <T> T operations(Class<T> mxbean) {
    return open().operations(mxbean);
  }

  MBeanServerConnection beans() {
    return open().beans();
  }

  private ServerLink open() {
    ServerLink open = link;
    if (open == null) {
      open = connect.apply(data);
      link = open;
    }
    return open;
  }

  /** Prints a list as JSON, or as a table. */
  <T> int print(boolean json, List<T> views, Table table, Consumer<T> addRow) {
    if (json) {
      try (Json writer = new Json(out)) {
        writer.write(views);
      }
    } else {
      views.forEach(addRow);
      table.print(out);
    }
    return ExitCodes.OK;
  }

  /** The first line of standard input; asked for without echo when that is a terminal. */
  String password() throws IOException {
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] typed = console.readPassword("Password: ");
      return typed == null ? "" : new String(typed);
    }
    byte[] octets = in.readNBytes(MAX_PASSWORD + 1);
    String line = new String(octets, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    Arrays.fill(octets, (byte) 0);
    if (line.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD) {
      throw new IllegalArgumentException("a password has at most " + MAX_PASSWORD + " octets");
    }
    return line;
  }

  @Override
  public void close() {
    if (link != null) {
      link.close();
    }
  }
}
