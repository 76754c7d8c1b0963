package org.mansio.protocols.sasl.scram;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoySaltTest {
  private static final int MECHANISMS = 16;

  @TempDir
  private Path folder;

  @RepeatedTest(20)
  void mechanismsThatMakeTheKeyAtTheSameTimeAgreeOnOne() throws Exception {
    Path file = folder.resolve("sasl/decoy.key");
    CountDownLatch together = new CountDownLatch(MECHANISMS);
    List<Future<byte[]>> salts = new ArrayList<>();
    try (ExecutorService logins = Executors.newFixedThreadPool(MECHANISMS)) {
      for (int i = 0; i < MECHANISMS; i++) {
        DecoySalt decoys = new DecoySalt(file);
        salts.add(logins.submit(() -> {
          together.countDown();
          together.await();
          return decoys.of("nobody@example.org", ScramHash.SHA_256);
        }));
      }
      for (Future<byte[]> salt : salts) {
        assertThat(salt.get()).isEqualTo(salts.getFirst().get());
      }
    }
  }

  @Test
  void keepsTheKeyForItselfAlone() throws Exception {
    Path file = folder.resolve("sasl/decoy.key");
    new DecoySalt(file).of("nobody@example.org", ScramHash.SHA_256);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder.resolve("sasl"))) {
      assertThat(files).containsExactly(file);
    }
  }
}
