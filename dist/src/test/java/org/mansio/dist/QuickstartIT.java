package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;

/** The first command of the README. */
class QuickstartIT {
  @Test
  void theQuickstartSendsAMailShowsItAndItsTraceAndStops() {
    Commands.Result quickstart = Commands.run(
        Installation.source(),
        Map.of(),
        "",
        List.of(Installation.source().resolve("quickstart").toString(), "--once"));

    assertThat(quickstart.exitCode()).as(quickstart.all()).isZero();
    assertThat(quickstart.output())
        .containsPattern("(?m)^Mansio .* ready$")
        .contains("Subject: First mail", "delivered", "All is well.");
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertThat(Commands.run(
                Installation.source(),
                Map.of(),
                "",
                List.of(Installation.source().resolve("quickstart").toString(), "--twice"))
            .exitCode())
        .isEqualTo(64);
  }
}
