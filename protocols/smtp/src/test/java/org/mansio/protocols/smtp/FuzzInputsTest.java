package org.mansio.protocols.smtp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plays the inputs below {@code src/test/fuzz/<target>/}: those to begin with, and each that broke something once. */
class FuzzInputsTest {
  private static final Path INPUTS = Path.of("src/test/fuzz");

  @FunctionalInterface
  private interface Target {
    void run(byte[] octets) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> inputsHoldWhatMustHold() {
    return Stream.of(
            tests("CommandFuzz", CommandFuzz::fuzzerTestOneInput),
            tests("AddressFuzz", AddressFuzz::fuzzerTestOneInput),
            tests("ChunkFuzz", ChunkFuzz::fuzzerTestOneInput))
        .flatMap(List::stream);
  }

  private static List<DynamicTest> tests(String name, Target target) {
    try (Stream<Path> files = Files.list(INPUTS.resolve(name))) {
      return files
          .sorted()
          .map(file -> DynamicTest.dynamicTest(
              name + "/" + file.getFileName(), () -> target.run(Files.readAllBytes(file))))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException("no inputs for " + name, e);
    }
  }
}
