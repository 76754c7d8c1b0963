package org.mansio.server.directory;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.mansio.spi.Environment;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;

/** Directories with cheap hashes, for tests. */
final class TestDirectories {
  static final Map<String, String> CHEAP = Map.of(
      "defaultDomain",
      "example.org",
      "argon2Memory",
      "64K",
      "argon2Iterations",
      "1",
      "scramIterations",
      "4096");

  private TestDirectories() {}

  static Directory create(Path data, Map<String, String> settings) throws InvalidSettingException {
    Map<String, String> texts = new HashMap<>(CHEAP);
    texts.putAll(settings);
    SqlDirectoryFactory factory = new SqlDirectoryFactory();
    Environment environment = new Environment(
        "mail.example.org",
        MailAddress.of("postmaster@mail.example.org"),
        data.resolve("conf"),
        data);
    return factory.create(Settings.ofTexts(factory.settings(), texts), environment);
  }
}
