package org.mansio.dist.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code bin/mansio run} in a process of its own, listening on free loopback ports, with the users alice and bob at
 * example.org if asked for. Closing it kills it when it still runs.
 */
public final class RunningServer implements AutoCloseable {
  /** The password of alice and bob. */
  public static final String PASSWORD = "correct horse battery staple";

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(45);

  private final Installation installation;
  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();

  private RunningServer(Installation installation, Process process) {
    this.installation = installation;
    this.process = process;
  }

  /** Starts the server and waits until it says that it is ready. */
  public static RunningServer start(Installation installation, Map<String, String> environment) {
    try {
      ProcessBuilder builder = new ProcessBuilder(installation.bin("mansio").toString(), "run")
          .redirectErrorStream(true);
      Map<String, String> variables = builder.environment();
      variables.keySet().removeIf(name -> name.startsWith("MANSIO_"));
      variables.put("MANSIO_BIND", "127.0.0.1");
      variables.put("MANSIO_HOSTNAME", "mx.example.org");
      variables.put("MANSIO_JAVA_OPTS", "-Xmx256m");
      for (String listener : List.of("SMTP", "SUBMISSION", "SUBMISSIONS", "LMTP", "ODMR")) {
        variables.put("MANSIO_" + listener + "_PORT", "auto");
      }
      variables.putAll(environment);
      RunningServer server = new RunningServer(installation, builder.start());
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #start}, with example.org, alice and bob. */
  public static RunningServer withUsers(
      Installation installation, Map<String, String> environment) {
    RunningServer server = start(installation, environment);
    installation.ctlWithInput("", "domain", "add", "example.org");
    return server.addUser("alice").addUser("bob");
  }

  /** One more user at example.org, with the same password. */
  public RunningServer addUser(String name) {
    installation.ctlWithInput(PASSWORD + "\n", "user", "add", name + "@example.org");
    return this;
  }

  private void awaitReady() {
    CompletableFuture<String> ready = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> read(ready));
    try {
      ready.orTimeout(START_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "the server did not start:\n" + String.join("\n", output), e.getCause());
    }
  }

  private void read(CompletableFuture<String> ready) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        if (line.startsWith("Mansio ") && line.endsWith(" ready")) {
          ready.complete(line);
        }
      }
    } catch (IOException e) {
      output.add("output ended: " + e);
    }
    ready.completeExceptionally(new IllegalStateException("it ended"));
  }

  public Installation installation() {
    return installation;
  }

  /** What it wrote to standard output and standard error. */
  public List<String> output() {
    return List.copyOf(output);
  }

  public long pid() {
    return process.pid();
  }

  public int smtp() {
    return port("smtp");
  }

  public int submission() {
    return port("submission");
  }

  public int submissions() {
    return port("submissions");
  }

  public int lmtp() {
    return port("lmtp");
  }

  public int odmr() {
    return port("odmr");
  }

  /** Of a listener by its name in {@code server.xml}. */
  public int port(String listener) {
    return ports.computeIfAbsent(listener, name -> {
      String json = installation.ctlWithInput("", "listeners", "--json");
      Matcher found = Pattern.compile("\"name\"\\s*:\\s*\"" + name
              + "\"[^}]*?\"addresses\"\\s*:\\s*\\[\\s*\"[^\"]*:([0-9]+)\"")
          .matcher(json);
      if (!found.find()) {
        throw new IllegalStateException("no listener " + name + " in " + json);
      }
      return Integer.parseInt(found.group(1));
    });
  }

  /** Resident memory of the process in octets. */
  public long residentOctets() {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM. @return the exit code */
  public int stop() {
    process.destroy();
    return awaitEnd();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "still there after " + STOP_LIMIT + ":\n" + String.join("\n", output));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
