package org.mansio.queue.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Content;

class ArrivingContentTest {
  private static final int MEMORY_OF_ONE = 1 << 18;
  private static final int MEMORY_OF_ALL = 1 << 20;

  private final ArrivingMemory memory = new ArrivingMemory(MEMORY_OF_ALL);

  @TempDir
  private Path folder;

  private BlobStore blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = BlobStore.counted(folder);
    blobs.open();
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void manyThatStopHalfwayTakeNoMoreMemoryTogetherThanAllMay() throws IOException {
    byte[] most = new byte[MEMORY_OF_ONE - 1];
    List<ArrivingContent> stopped = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ArrivingContent content = new ArrivingContent(blobs, MEMORY_OF_ONE, memory, failure -> {});
      content.write(most, 0, most.length);
      stopped.add(content);
      assertThat(memory.taken()).isLessThanOrEqualTo(MEMORY_OF_ALL);
    }
    assertThat(files()).isGreaterThan(40);
    for (ArrivingContent content : stopped) {
      assertThat(content.finish().size()).isEqualTo(most.length);
      content.close();
    }
    assertThat(memory.taken()).isZero();
    assertThat(files()).isZero();
  }

  @Test
  void keepsItsOctetsInOrderWhenItsMemoryIsRefusedInTheMiddle() throws IOException {
    byte[] octets = new byte[100_000];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (i % 251);
    }
    assertThat(memory.take(MEMORY_OF_ALL - 20_000)).isTrue();
    try (ArrivingContent content =
        new ArrivingContent(blobs, MEMORY_OF_ONE, memory, failure -> {})) {
      for (int at = 0; at < octets.length; at += 1000) {
        content.write(octets, at, 1000);
      }
      Content whole = content.finish();
      assertThat(whole.bytes(octets.length)).isEqualTo(octets);
    }
    assertThat(memory.taken()).isEqualTo(MEMORY_OF_ALL - 20_000);
  }

  @Test
  void givesItsMemoryBackWhenItIsGivenUp() throws IOException {
    ArrivingContent content = new ArrivingContent(blobs, MEMORY_OF_ONE, memory, failure -> {});
    content.write(new byte[10_000], 0, 10_000);
    assertThat(memory.taken()).isPositive();
    content.close();
    content.close();
    assertThat(memory.taken()).isZero();
  }
}
