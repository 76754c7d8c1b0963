package org.mansio.server.directory;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.testkit.directory.DirectoryContract;

/** The same contract on a server; a schema of its own is made anew for each test. */
@EnabledIfSystemProperty(
    named = PostgreSqlDirectoryTest.URL,
    matches = "jdbc:postgresql:.+",
    disabledReason = "needs a PostgreSQL database: -D" + PostgreSqlDirectoryTest.URL
        + "=jdbc:postgresql://…?user=…")
class PostgreSqlDirectoryTest extends DirectoryContract {
  static final String URL = "mansio.test.postgresql";
  private static final String SCHEMA = "mansio_directory_test";

  @TempDir
  Path data;

  @Override
  protected Directory create() throws Exception {
    String url = System.getProperty(URL);
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
      statement.execute("CREATE SCHEMA " + SCHEMA);
    }
    String separator = url.contains("?") ? "&" : "?";
    return TestDirectories.create(data, Map.of("url", url + separator + "currentSchema=" + SCHEMA));
  }
}
