package org.mansio.server.processor;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the container share: recipients, and a fresh chain. */
abstract class ContainerTest {
  static final String A = "a@one.example";
  static final String B = "b@two.example";
  static final String C = "c@one.example";

  @TempDir
  Path folder;

  ChainFixture fixture;

  @BeforeEach
  void prepare() {
    fixture = new ChainFixture(folder);
  }
}
