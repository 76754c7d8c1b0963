package org.mansio.server.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.server.admin.ReloadResult;
import org.mansio.server.admin.operations.ServerOperations.Reloadable;
import org.mansio.spi.testkit.FakeServices;

class ServerOperationsTest {
  @Test
  void onePartThatCannotBeReloadedKeepsNoOtherFromIt() {
    ServerOperations server = new ServerOperations(
        "1.2.3",
        new FakeServices().environment(),
        List.of(
            new Reloadable("chain", () -> {
              throw new IllegalStateException("mailetcontainer.xml:3:5: unknown mailet 'Nul'");
            }),
            new Reloadable("certificates", () -> "read anew")));

    assertThat(server.reload())
        .containsExactly(
            new ReloadResult("chain", false, "mailetcontainer.xml:3:5: unknown mailet 'Nul'"),
            new ReloadResult("certificates", true, "read anew"));
  }
}
