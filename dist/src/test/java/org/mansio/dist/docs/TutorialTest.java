package org.mansio.dist.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tutorial shows the very code that the end-to-end test builds and runs. */
class TutorialTest {
  private static final Path PROJECT = Repository.ROOT.resolve("dist/src/it/stranger-mailet");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "src/main/java/com/example/stamp/Stamp.java",
        "src/main/java/com/example/stamp/StampFactory.java",
        "src/main/java/com/example/stamp/StampPlugin.java",
        "src/main/resources/META-INF/services/org.mansio.spi.Plugin",
        "src/test/java/com/example/stamp/StampTest.java"
      })
  void theTutorialShowsTheFile(String file) {
    assertThat(Repository.read(Repository.DOCS.resolve("writing-a-mailet.md")))
        .contains(Repository.read(PROJECT.resolve(file)) + "```");
  }
}
