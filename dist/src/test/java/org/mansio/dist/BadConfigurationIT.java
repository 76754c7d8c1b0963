package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;

/** What a mistake in the configuration leads to. */
class BadConfigurationIT {
  private static final int EX_CONFIG = 78;

  /** A comment that holds elements and nothing else. */
  private static final Pattern SWITCHED_OFF =
      Pattern.compile("<!--\\s*(<[^!](?:(?!-->).)*>)\\s*-->", Pattern.DOTALL);

  /** What an operator would take out of a comment: an element with attributes, or with what varies. */
  private static final Pattern ELEMENT_IN_COMMENT = Pattern.compile(
      "<(hook|mechanism|destination|service|customer|appender|queueLimit|mxRollup)[ >](?=(?:(?!<!--).)*-->)",
      Pattern.DOTALL);

  @Test
  void theShippedConfigurationIsRight() {
    Commands.Result check = Installation.fresh("shipped-configuration").mansio("check");

    assertThat(check.exitCode()).as(check.all()).isZero();
  }

  @Test
  void whatTheShippedFilesShowInCommentsIsRightWithoutThem() throws IOException {
    Installation installation = Installation.fresh("examples-switched-on")
        .edit("queue.xml", BadConfigurationIT::switchedOn)
        .edit("server.xml", BadConfigurationIT::switchedOn)
        .edit(
            "logback.xml",
            text -> switchedOn(text)
                .replace("<logger name=\"org.mansio.delivery\" level=\"INFO\"/>", ""))
        .edit(
            "mailetcontainer.xml",
            text -> switchedOn(text).replace("env:PARTNER_PASSWORD", "file:partner.password"));
    Files.writeString(installation.conf("access.txt"), "sender .spam.example reject\n");
    Files.writeString(installation.conf("partner.password"), "secret\n");
    Files.createFile(installation.conf("smtp.keytab"));

    Commands.Result check = installation.mansio("check");

    assertThat(check.exitCode()).as(check.all()).isZero();
  }

  private static String switchedOn(String text) {
    String result = SWITCHED_OFF.matcher(text).replaceAll("$1");
    assertThat(ELEMENT_IN_COMMENT.matcher(result).results().map(MatchResult::group))
        .as("elements that share a comment with prose")
        .isEmpty();
    return result;
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
