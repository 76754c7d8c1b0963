package org.mansio.protocols.smtpclient;

import java.util.Objects;

/**
 * A name and a password for AUTH (RFC 4954). Sent only inside TLS, except where {@link TlsMode#NONE} was chosen for the
 * connection.
 */
public record Credentials(String user, String password) {
  public Credentials {
    Objects.requireNonNull(user);
    Objects.requireNonNull(password);
  }

  /** Without the password: it must not reach a log. */
  @Override
  public String toString() {
    return "credentials of " + user;
  }
}
