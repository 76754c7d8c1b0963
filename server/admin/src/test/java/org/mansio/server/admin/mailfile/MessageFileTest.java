package org.mansio.server.admin.mailfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFileTest {
  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"S: a\r\n\r\nb\r\n", "S: a\n\nb\n"})
  void linesEndAsOnTheWire(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("m.eml"), text);
    assertThat(new String(MessageFile.read(file).bytes(100), StandardCharsets.US_ASCII))
        .isEqualTo("S: a\r\n\r\nb\r\n");
  }

  @Test
  void aLargeOneIsTakenOnlyAsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("m.eml"), "S: a\n\n");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(17 << 20);
    }
    assertThatThrownBy(() -> MessageFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16M");
  }

  @Test
  void oneThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> MessageFile.read(folder.resolve("none.eml")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
