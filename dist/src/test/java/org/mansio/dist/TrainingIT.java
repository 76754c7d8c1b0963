package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** The JVM ends instead of going on without the cache. */
  private static final String CACHE_OR_NOTHING = OPTIONS + " -XX:AOTMode=on";

  private final Installation installation = Installation.fresh("training");
  private Path cache;

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
        return java.util.Arrays.copyOf(whole, whole.length / 2);
      }
    },
    SOMETHING_ELSE {
      @Override
      byte[] of(byte[] whole) {
        return "Not a cache at all.\n".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
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
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left).containsExactly(cache.resolve("mansio.aot"));
    }
    assertThat(installation.data()).as("the training's data lies elsewhere").doesNotExist();
  }

  private static Map<String, String> environment(Path cache, String options) {
    return Map.of("MANSIO_CACHE", cache.toString(), "MANSIO_JAVA_OPTS", options);
  }

  private void relaysWith(Path folder, String options) throws Exception {
    try (Sink smartHost = Sink.smtp()) {
      Map<String, String> environment = new HashMap<>(environment(folder, options));
      environment.put("MANSIO_RELAY_NETWORKS", "127.0.0.0/8");
      environment.put("MANSIO_SMARTHOST", smartHost.address());
      try (RunningServer server = RunningServer.start(installation, environment)) {
        List<TestMessage> mails = Sending.mixed("training", 20);
        Sending.all(
            Sending.door(server.smtp()), 4, "a@example.com", "someone@remote.example", mails);
        Arrived.unchanged(mails, smartHost::messages);
        assertThat(server.stop()).isZero();
      }
    }
  }

  @Test
  void theNextStartUsesTheCache() throws Exception {
    relaysWith(cache, CACHE_OR_NOTHING);
  }

  @Test
  void withoutTheCacheThatModeWouldNotStart(@TempDir Path empty) throws IOException {
    Path broken = Files.createDirectories(empty.resolve("cache"));
    Files.writeString(broken.resolve("mansio.aot"), "");

    assertThat(check(broken, CACHE_OR_NOTHING).exitCode()).isNotZero();
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedCacheIsLeftAlone(Damage damage, @TempDir Path folder) throws Exception {
    Files.write(
        folder.resolve("mansio.aot"), damage.of(Files.readAllBytes(cache.resolve("mansio.aot"))));

    relaysWith(folder, OPTIONS);
  }

  @Test
  void aCacheForOtherJarsIsLeftAlone() throws Exception {
    Installation changed = Installation.fresh("training-stale");
    Path shared = changed.home().resolve("lib").toRealPath();
    Files.delete(changed.home().resolve("lib"));
    Files.createDirectories(changed.home().resolve("lib"));
    try (Stream<Path> jars = Files.list(shared)) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, changed.home().resolve("lib").resolve(jar.getFileName()));
      }
    }
    // Copied without their times: none is what it was at the training.
    Map<String, String> environment = environment(cache, CACHE_OR_NOTHING);
    List<String> check = List.of(changed.bin("mansio").toString(), "check");
    assertThat(Commands.run(changed.home(), environment, "", check).exitCode()).isNotZero();

    try (RunningServer server = RunningServer.start(changed, environment(cache, OPTIONS))) {
      assertThat(server.stop()).isZero();
    }
  }

  @Test
  void whatTheJvmSaysOfABadCacheIsNotMixedIntoTheOutput(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("mansio.aot"), "Not a cache at all.");

    Commands.Result result = check(folder, OPTIONS);

    assertThat(result.exitCode()).as(result.all()).isZero();
    assertThat(result.output()).startsWith("The configuration in ").hasLineCount(1);
  }

  private Commands.Result check(Path folder, String options) {
    return Commands.run(
        installation.home(),
        environment(folder, options),
        "",
        List.of(installation.bin("mansio").toString(), "check"));
  }
}
