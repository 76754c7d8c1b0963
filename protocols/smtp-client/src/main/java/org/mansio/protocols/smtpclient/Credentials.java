package org.mansio.protocols.smtpclient;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Who logs in by AUTH (RFC 4954), and by what. A password or token itself is sent only inside TLS, except where {@link
 * TlsMode#NONE} was chosen for the connection.
 */
public record Credentials(String user, Secret secret) {
  /** What proves it. */
  public sealed interface Secret {
    /** A password. */
    record Password(String text) implements Secret {
      @Override
      public String toString() {
        return "a password";
      }
    }

    /** A file that holds a bearer token; read for each login, since somebody else renews it. */
    record TokenFile(Path file) implements Secret {}
  }

  public Credentials {
    Objects.requireNonNull(user);
    Objects.requireNonNull(secret);
  }

  /** A name and a password. */
  public Credentials(String user, String password) {
    this(user, new Secret.Password(password));
  }

  /** A name and the token in a file. */
  public static Credentials byToken(String user, Path file) {
    return new Credentials(user, new Secret.TokenFile(file));
  }

  /** Without the secret: it must not reach a log. */
  @Override
  public String toString() {
    return "credentials of " + user;
  }
}
