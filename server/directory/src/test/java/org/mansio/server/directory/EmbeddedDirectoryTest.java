package org.mansio.server.directory;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.testkit.directory.DirectoryContract;

class EmbeddedDirectoryTest extends DirectoryContract {
  @TempDir
  Path data;

  @Override
  protected Directory create() throws Exception {
    return TestDirectories.create(data, Map.of());
  }
}
