package org.mansio.server.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderLockTest {
  @TempDir
  Path folder;

  @Test
  void theFileHoldsTheProcessIdWhileTheFolderIsTaken() throws Exception {
    Path data = folder.resolve("not/yet/there");
    try (DataFolderLock _ = DataFolderLock.take(data)) {
      assertThat(data.resolve("mansio.pid")).hasContent(ProcessHandle.current().pid() + "\n");
    }
    assertThat(data.resolve("mansio.pid")).isEmptyFile();
  }

  @Test
  void aSecondOneIsRefusedAndToldWhoHasIt() throws Exception {
    try (DataFolderLock _ = DataFolderLock.take(folder)) {
      assertThatThrownBy(() -> DataFolderLock.take(folder))
          .isInstanceOf(DataFolderLock.InUseException.class)
          .hasMessageContaining("another server works on " + folder)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      assertThat(folder.resolve("mansio.pid")).isNotEmptyFile();
    }
    DataFolderLock.take(folder).close();
  }

  @Test
  void whatAKilledServerLeftBehindIsOverwritten() throws Exception {
    Files.writeString(folder.resolve("mansio.pid"), "123456789012345\n");

    try (DataFolderLock _ = DataFolderLock.take(folder)) {
      assertThat(folder.resolve("mansio.pid"))
          .hasContent(ProcessHandle.current().pid() + "\n");
    }
  }
}
