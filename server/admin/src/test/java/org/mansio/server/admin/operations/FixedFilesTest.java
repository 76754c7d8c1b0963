package org.mansio.server.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixedFilesTest {
  @TempDir
  private Path folder;

  @Test
  void namesWhatChangedSinceTheStart() throws Exception {
    Files.writeString(folder.resolve("server.xml"), "<server/>");
    Files.writeString(folder.resolve("queue.xml"), "<queue/>");
    FixedFiles files = new FixedFiles(folder);
    assertThat(files.state()).isEqualTo("as at the start");

    Files.writeString(folder.resolve("server.xml"), "<server></server>");
    Files.writeString(folder.resolve("dns.xml"), "<dns/>");
    Files.writeString(folder.resolve("mailetcontainer.xml"), "<mailetcontainer/>");

    assertThat(files.state())
        .isEqualTo(
            "server.xml, dns.xml changed since the start: what is new in it needs a restart");
  }
}
