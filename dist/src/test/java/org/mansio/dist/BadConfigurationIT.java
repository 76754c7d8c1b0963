package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;

/** What a mistake in the configuration leads to. */
class BadConfigurationIT {
  private static final int EX_CONFIG = 78;

  @Test
  void theShippedConfigurationIsRight() {
    Commands.Result check = Installation.fresh("shipped-configuration").mansio("check");

    assertThat(check.exitCode()).as(check.all()).isZero();
  }

  @Test
  void matcherInsteadOfMatchStopsStartUpWithFileAndLine() {
    Installation installation = Installation.fresh("matcher-for-match")
        .edit(
            "mailetcontainer.xml",
            text ->
                text.replaceFirst("<mailet match=(\"RecipientIsLocal\")", "<mailet matcher=$1"));

    for (String command : new String[] {"run", "check"}) {
      Commands.Result result = installation.mansio(command);

      assertThat(result.exitCode()).as(result.all()).isEqualTo(EX_CONFIG);
      assertThat(result.all())
          .containsPattern("mailetcontainer\\.xml:[0-9]+:[0-9]+.*matcher")
          .contains("match");
    }
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    Installation installation = Installation.fresh("many-mistakes")
        .edit(
            "mailetcontainer.xml",
            text -> text.replaceFirst("class=\"LocalDelivery\"", "class=\"LocalDelivry\"")
                .replaceFirst("<startTLS>", "<starttls>")
                .replaceFirst("</startTLS>", "</starttls>"))
        .edit("server.xml", text -> text.replaceFirst("<maxHops>100", "<maxHops>many"))
        .edit("dns.xml", text -> text.replaceFirst("<tries>2</tries>", "<trys>2</trys>"));

    Commands.Result result = installation.mansio("check");

    assertThat(result.exitCode()).as(result.all()).isEqualTo(EX_CONFIG);
    assertThat(result.all())
        .containsPattern("mailetcontainer\\.xml:[0-9]+:[0-9]+.*LocalDelivry.*LocalDelivery")
        .containsPattern("mailetcontainer\\.xml:[0-9]+:[0-9]+.*starttls.*startTLS")
        .containsPattern("server\\.xml:[0-9]+:[0-9]+.*many")
        .containsPattern("dns\\.xml:[0-9]+:[0-9]+.*trys.*tries");
  }
}
