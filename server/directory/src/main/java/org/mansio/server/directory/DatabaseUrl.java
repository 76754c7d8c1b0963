package org.mansio.server.directory;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;

/** Which database, and as whom. */
sealed interface DatabaseUrl {
  /** For logs and messages: without user, password and parameters. */
  String shown();

  /** A file of the installation. @param file its directory is made when it is missing */
  record Embedded(Path file) implements DatabaseUrl {
    @Override
    public String shown() {
      return file.toString();
    }
  }

  /** A PostgreSQL server. @param jdbc begins with {@code jdbc:postgresql:} */
  record PostgreSql(String jdbc, Optional<String> username, Optional<String> password)
      implements DatabaseUrl {
    @Override
    public String shown() {
      int parameters = jdbc.indexOf('?');
      return parameters < 0 ? jdbc : jdbc.substring(0, parameters);
    }

    /** A record's own form would print the password. */
    @Override
    public String toString() {
      return shown();
    }
  }

  /**
   * Reads the settings.
   *
   * @param directory where the embedded file lies
   */
  static DatabaseUrl of(
      Optional<String> url, Optional<String> username, Optional<String> password, Path directory)
      throws InvalidSettingException {
    if (url.isEmpty()) {
      return new Embedded(directory.resolve("directory.db"));
    }
    String text = url.get();
    if (text.startsWith("jdbc:postgresql:")) {
      return new PostgreSql(text, username, password);
    }
    if (text.startsWith("postgresql://") || text.startsWith("postgres://")) {
      return fromUri(text, username, password);
    }
    // The text isn't repeated: it may hold a password.
    throw new InvalidSettingException(
        "url must be empty or begin with jdbc:postgresql: or postgresql://");
  }

  /** The form of PostgreSQL's own tools, {@code postgresql://user:password@host:port/database?parameters}. */
  private static DatabaseUrl fromUri(
      String text, Optional<String> username, Optional<String> password)
      throws InvalidSettingException {
    try {
      URI uri = new URI(text);
      if (uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2) {
        throw new InvalidSettingException(
            "url must name host and database: postgresql://host:port/database");
      }
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      String[] login =
          uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
      return new PostgreSql(
          "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query,
          username.or(() -> part(login, 0)),
          password.or(() -> part(login, 1)));
    } catch (URISyntaxException e) {
      throw new InvalidSettingException("url can't be read at character " + (e.getIndex() + 1));
    }
  }

  private static Optional<String> part(String[] login, int index) {
    return index < login.length
        ? Optional.of(URLDecoder.decode(login[index].replace("+", "%2B"), StandardCharsets.UTF_8))
        : Optional.empty();
  }
}
