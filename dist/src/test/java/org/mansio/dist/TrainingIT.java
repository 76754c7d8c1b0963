package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Sending;
import org.mansio.dist.mail.Sink;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** {@code bin/mansio train}: what it leaves serves the next start, and nothing wrong with it keeps a server from starting. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainingIT {
  private static final String OPTIONS = "-XX:+UseSerialGC -Xms32m -Xmx256m";

  /** Of the server's own class; the log of loaded classes says so. */
  private static final String FROM_CACHE =
      "org.mansio.server.app.Mansio source: shared objects file";

  private final Installation installation = Installation.fresh("training");
  private Path cache;
  private Path trained;

  /** What may have happened to a cache. */
  enum Damage {
    EMPTY {
      @Override
      byte[] of(byte[] whole) {
        return new byte[0];
      }
    },
    CUT_OFF {
      @Override
      byte[] of(byte[] whole) {
        return Arrays.copyOf(whole, whole.length / 2);
      }
    },
    SOMETHING_ELSE {
      @Override
      byte[] of(byte[] whole) {
        return "Not a cache at all.\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
      }
    };

    abstract byte[] of(byte[] whole);
  }

  @BeforeAll
  void train(@TempDir Path folder) throws IOException {
    cache = folder.resolve("cache");
    Commands.Result result = Commands.run(
        installation.home(),
        environment(cache, OPTIONS),
        "",
        List.of(installation.bin("mansio").toString(), "train"));

    assertThat(result.exitCode()).as(result.all()).isZero();
    trained = only(cache);
    assertThat(installation.data()).as("the training's data lies elsewhere").doesNotExist();
  }

  private static Map<String, String> environment(Path cache, String options) {
    return Map.of("MANSIO_CACHE", cache.toString(), "MANSIO_JAVA_OPTS", options);
  }

  /** The one file in a folder. */
  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  /** Relays some mails. @return which classes the server loaded, and from where */
  private String relay(Installation server, Path folder) throws Exception {
    Path classes = Files.createTempFile(Installation.work(), "classes", ".log");
    try (Sink smartHost = Sink.smtp()) {
      Map<String, String> environment = new HashMap<>(
          environment(folder, OPTIONS + " -Xlog:class+load:file=" + classes + ":none"));
      environment.put("MANSIO_RELAY_NETWORKS", "127.0.0.0/8");
      environment.put("MANSIO_SMARTHOST", smartHost.address());
      try (RunningServer running = RunningServer.start(server, environment)) {
        List<TestMessage> mails = Sending.mixed("training", 20);
        Sending.all(
            Sending.door(running.smtp()), 4, "a@example.com", "someone@remote.example", mails);
        Arrived.unchanged(mails, smartHost::messages);
        assertThat(running.stop()).isZero();
      }
      return Files.readString(classes);
    } finally {
      Files.delete(classes);
    }
  }

  @Test
  void theNextStartUsesTheCache() throws Exception {
    assertThat(relay(installation, cache)).contains(FROM_CACHE);
  }

  @Test
  void aPluginWithItsOwnClassLoaderWorksBesideTheCache() {
    Installation extended = Installation.fresh("training-plugin");
    PluginJar.build(
        Installation.source().resolve("src/it/stranger-mailet"), extended.plugins(), "stamp");

    try (RunningServer running = RunningServer.start(extended, environment(cache, OPTIONS))) {
      assertThat(extended.ctl("plugins").output()).contains("stamp");
      assertThat(running.output()).noneMatch(line -> line.contains("cache"));
      assertThat(running.stop()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedCacheIsLeftAlone(Damage damage, @TempDir Path folder) throws Exception {
    Files.write(folder.resolve(trained.getFileName()), damage.of(Files.readAllBytes(trained)));

    assertThat(relay(installation, folder)).doesNotContain(FROM_CACHE);
  }

  @Test
  void aCacheOfOtherJarsIsLeftAloneAndTheOperatorIsTold() throws Exception {
    Installation changed = Installation.fresh("training-stale");
    Path lib = changed.home().resolve("lib");
    Path shared = lib.toRealPath();
    Files.delete(lib);
    Files.createDirectories(lib);
    try (Stream<Path> jars = Files.list(shared)) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    assertThat(relay(changed, cache)).as("the same jars elsewhere").contains(FROM_CACHE);

    try (Stream<Path> jars = Files.list(lib)) {
      Files.setLastModifiedTime(jars.findFirst().orElseThrow(), FileTime.from(Instant.EPOCH));
    }
    assertThat(relay(changed, cache)).doesNotContain(FROM_CACHE);
    Commands.Result check = check(changed, cache);
    assertThat(check.exitCode()).as(check.all()).isZero();
    assertThat(check.errors()).contains("of other jars").contains("bin/mansio train");
  }

  @Test
  void whatTheJvmSaysOfABadCacheIsNotMixedIntoTheOutput(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve(trained.getFileName()), "Not a cache at all.");

    Commands.Result result = check(installation, folder);

    assertThat(result.exitCode()).as(result.all()).isZero();
    assertThat(result.output()).startsWith("The configuration in ").hasLineCount(1);
  }

  private static Commands.Result check(Installation installation, Path folder) {
    return Commands.run(
        installation.home(),
        environment(folder, OPTIONS),
        "",
        List.of(installation.bin("mansio").toString(), "check"));
  }

  @Test
  void aFolderThatCanNotBeWrittenToIsNamed(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "in the way of a folder");

    Commands.Result result = Commands.run(
        installation.home(),
        environment(file.resolve("cache"), OPTIONS),
        "",
        List.of(installation.bin("mansio").toString(), "train"));

    assertThat(result.exitCode()).as(result.all()).isEqualTo(77);
    assertThat(result.errors()).contains("MANSIO_CACHE");
  }
}
