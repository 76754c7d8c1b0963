package org.mansio.server.directory;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/** Which database, and as whom. */
sealed interface DatabaseUrl {
  /** How the setting {@code url} is read. */
  Setting.Type<PostgreSql> TYPE =
      new Setting.Type<>("URL of a database", Setting.Kind.PLAIN, DatabaseUrl::parse);

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
   * The database that the settings name.
   *
   * @param server empty for the embedded one
   * @param username goes before that of the URL, and so does the password
   * @param directory where the embedded file lies
   */
  static DatabaseUrl of(
      Optional<PostgreSql> server,
      Optional<String> username,
      Optional<String> password,
      Path directory) {
    return server
        .<DatabaseUrl>map(url ->
            new PostgreSql(url.jdbc(), username.or(url::username), password.or(url::password)))
        .orElseGet(() -> new Embedded(directory.resolve("directory.db")));
  }

  // The text isn't repeated in what is thrown: it may hold a password.
  private static PostgreSql parse(String text) throws InvalidSettingException {
    if (text.startsWith("jdbc:postgresql:")) {
      return new PostgreSql(text, Optional.empty(), Optional.empty());
    }
    if (text.startsWith("postgresql://") || text.startsWith("postgres://")) {
      return fromUri(text);
    }
    throw new InvalidSettingException(
        "must be empty or begin with jdbc:postgresql: or postgresql://");
  }

  /** The form of PostgreSQL's own tools, {@code postgresql://user:password@host:port/database?parameters}. */
  private static PostgreSql fromUri(String text) throws InvalidSettingException {
    try {
      URI uri = new URI(text);
      if (uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2) {
        throw new InvalidSettingException(
            "must name host and database: postgresql://host:port/database");
      }
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      String[] login =
          uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
      return new PostgreSql(
          "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query,
          part(login, 0),
          part(login, 1));
    } catch (URISyntaxException e) {
      throw new InvalidSettingException("can't be read at character " + (e.getIndex() + 1));
    }
  }

  private static Optional<String> part(String[] login, int index) {
    return index < login.length
        ? Optional.of(URLDecoder.decode(login[index].replace("+", "%2B"), StandardCharsets.UTF_8))
        : Optional.empty();
  }
}
