package org.mansio.dist.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The reference page and the schemas are what the factories state. After a change: {@code mvn -pl dist -am test
 * -Dtest=GeneratedFilesTest -Dsurefire.failIfNoSpecifiedTests=false -Dmansio.generate=true} writes them anew.
 */
class GeneratedFilesTest {
  @TestFactory
  Stream<DynamicTest> filesSayWhatTheFactoriesState() {
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(Repository.DOCS.resolve("reference.md"), ReferencePage.text());
    Schemas.files()
        .forEach((name, text) -> files.put(Repository.CONF.resolve("schema").resolve(name), text));
    return files.entrySet().stream()
        .map(file -> DynamicTest.dynamicTest(
            file.getKey().getFileName().toString(), () -> compare(file.getKey(), file.getValue())));
  }

  private static void compare(Path file, String generated) throws IOException {
    if (Boolean.getBoolean("mansio.generate")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, generated);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("%s; to write it anew, run the tests with -Dmansio.generate=true", file.getFileName())
        .isEqualTo(generated);
  }
}
