package org.mansio.queue.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BodiesIdentityTest {
  private static final int SERVERS = 16;

  @TempDir
  Path folder;

  private BodiesIdentity identity(boolean links) {
    return links
        ? new BodiesIdentity(folder)
        : new BodiesIdentity(folder, (name, file) -> {
          throw new FileSystemException(
              name.toString(), file.toString(), "Operation not permitted");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void allWhoComeAtOnceHaveTheSame(boolean links) throws Exception {
    Set<String> read = ConcurrentHashMap.newKeySet();
    CyclicBarrier together = new CyclicBarrier(SERVERS);
    try (ExecutorService servers = Executors.newFixedThreadPool(SERVERS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < SERVERS; i++) {
        all.add(servers.submit(() -> {
          together.await();
          return read.add(identity(links).read());
        }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }

    assertThat(read).hasSize(1).allMatch(name -> name.length() == 36);
    assertThat(identity(links).read()).isIn(read);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("identity"));
    }
  }

  @Test
  void oneThatIsBeingWrittenIsReadWhenItIsWhole() throws Exception {
    Path file = folder.resolve("identity");
    Files.writeString(file, "0b9f");
    try (ExecutorService server = Executors.newSingleThreadExecutor()) {
      Thread[] reader = new Thread[1];
      Future<String> read = server.submit(() -> {
        reader[0] = Thread.currentThread();
        return identity(true).read();
      });
      await()
          .until(() -> read.isDone()
              || reader[0] != null && reader[0].getState() == Thread.State.TIMED_WAITING);

      Files.writeString(file, "0b9f1c2d\n");

      assertThat(read.get()).isEqualTo("0b9f1c2d");
    }
  }
}
