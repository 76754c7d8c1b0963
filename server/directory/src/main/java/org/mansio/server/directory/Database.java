package org.mansio.server.directory;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.directory.DirectoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of connections to the directory's database, and its tables brought up to date. Whatever goes wrong with the
 * database comes out as a temporary {@link DirectoryException}. Thread-safe.
 */
final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration STATEMENT = Duration.ofSeconds(10);
  private static final Duration SOCKET = Duration.ofSeconds(30);
  private static final int WRITE_ATTEMPTS = 5;
  // PostgreSQL's serialization_failure and unique_violation: another node was quicker, the checks
  // are made again.
  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String UNIQUE_VIOLATION = "23505";

  private final DatabaseUrl url;
  private final int poolSize;

  private record Opened(HikariDataSource pool, Jdbi jdbi) {}

  private volatile @Nullable Opened opened;

  Database(DatabaseUrl url, int poolSize) {
    this.url = url;
    this.poolSize = poolSize;
  }

  /** Connects and migrates. @throws DirectoryException when either fails */
  synchronized void open() {
    if (opened != null) {
      return;
    }
    HikariDataSource pool = null;
    try {
      pool = new HikariDataSource(configuration());
      migrate(pool);
      Jdbi jdbi = Jdbi.create(pool);
      jdbi.getConfig(SqlStatements.class).setQueryTimeout(Math.toIntExact(STATEMENT.toSeconds()));
      opened = new Opened(pool, jdbi);
      LOG.info("directory is {}", url.shown());
    } catch (IOException | RuntimeException e) {
      if (pool != null) {
        pool.close();
      }
      throw DirectoryException.unavailable(
          "the directory's database " + url.shown() + " can't be opened", e);
    }
  }

  private void migrate(HikariDataSource pool) {
    Flyway.configure(Database.class.getClassLoader())
        .dataSource(pool)
        .locations("classpath:org/mansio/server/directory/migration")
        // A name of its own, and a schema that may hold other tables: others may share a PostgreSQL
        // database.
        .table("directory_migrations")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }

  private HikariConfig configuration() throws IOException {
    HikariConfig config = new HikariConfig();
    config.setPoolName("directory");
    config.setMaximumPoolSize(poolSize);
    config.setConnectionTimeout(CONNECT.toMillis());
    switch (url) {
      case DatabaseUrl.Embedded embedded -> {
        config.setJdbcUrl("jdbc:sqlite:" + embedded.file());
        config.setDataSourceProperties(sqlite(embedded.file()));
      }
      case DatabaseUrl.PostgreSql server -> {
        config.setJdbcUrl(server.jdbc());
        server.username().ifPresent(config::setUsername);
        server.password().ifPresent(config::setPassword);
        config.addDataSourceProperty("ApplicationName", "mansio");
        config.addDataSourceProperty("connectTimeout", String.valueOf(CONNECT.toSeconds()));
        config.addDataSourceProperty("socketTimeout", String.valueOf(SOCKET.toSeconds()));
      }
    }
    return config;
  }

  private static Properties sqlite(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      // The password hashes are nobody else's business.
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (System.getProperty("org.sqlite.tmpdir") == null && directory != null) {
      // Where the driver unpacks its native library: /tmp may be mounted noexec.
      System.setProperty("org.sqlite.tmpdir", directory.toString());
    }
    Properties pragmas = new Properties();
    // A write-ahead log lets readers go on beside a writer; FULL syncs it at each commit, so that a
    // commit survives power loss.
    pragmas.setProperty("journal_mode", "WAL");
    pragmas.setProperty("synchronous", "FULL");
    pragmas.setProperty("foreign_keys", "true");
    pragmas.setProperty("busy_timeout", String.valueOf(CONNECT.toMillis()));
    // Takes the write lock at the start: a reader that becomes a writer would be refused instead of
    // waiting.
    pragmas.setProperty("transaction_mode", "IMMEDIATE");
    return pragmas;
  }

  /** Reads; each statement for itself. */
  <T> T read(Function<Handle, T> work) {
    Jdbi jdbi = jdbi();
    try {
      return jdbi.withHandle(work::apply);
    } catch (DirectoryException e) {
      throw e;
    } catch (RuntimeException e) {
      throw away(e);
    }
  }

  /** Reads and writes as one serialisable transaction; may run the work again when another node got in between. */
  void write(Consumer<Handle> work) {
    Jdbi jdbi = jdbi();
    for (int attempt = 1; ; attempt++) {
      try {
        jdbi.useTransaction(TransactionIsolationLevel.SERIALIZABLE, work::accept);
        return;
      } catch (DirectoryException e) {
        throw e;
      } catch (RuntimeException e) {
        if (attempt == WRITE_ATTEMPTS || !isConflict(e)) {
          throw away(e);
        }
        LOG.debug("directory write again after {}", e.toString());
      }
    }
  }

  private Jdbi jdbi() {
    Opened now = opened;
    if (now == null) {
      throw DirectoryException.unavailable(
          "the directory isn't open", new IllegalStateException("not open"));
    }
    return now.jdbi();
  }

  private static boolean isConflict(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String state = String.valueOf(sql.getSQLState());
        if (state.equals(SERIALIZATION_FAILURE) || state.equals(UNIQUE_VIOLATION)) {
          return true;
        }
      }
    }
    return false;
  }

  private DirectoryException away(RuntimeException e) {
    return DirectoryException.unavailable(
        "the directory's database " + url.shown() + " doesn't answer", e);
  }

  @Override
  public synchronized void close() {
    Opened now = opened;
    opened = null;
    if (now != null) {
      now.pool().close();
    }
  }
}
