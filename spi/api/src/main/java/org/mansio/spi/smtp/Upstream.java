package org.mansio.spi.smtp;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A server to open a session with.
 *
 * @param host a name, which is looked up as it stands (no MX), or an address
 * @param verifyIdentity whether the certificate must be valid and for the host's name (RFC 6125)
 * @param login empty to log in as nobody
 * @param timeout for the connection and for each reply
 */
public record Upstream(
    String host,
    int port,
    Tls tls,
    boolean verifyIdentity,
    Optional<Login> login,
    Duration timeout) {

  /** How the connection is protected. */
  public enum Tls {
    /** Never. A login then shows no password only by a mechanism such as CRAM-MD5 or SCRAM. */
    NONE,
    /** STARTTLS (RFC 3207) where it is offered. */
    OPPORTUNISTIC,
    /** STARTTLS, or no session. */
    REQUIRED,
    /** TLS from the first octet (RFC 8314). */
    IMPLICIT
  }

  /** A user and the password. */
  public record Login(String user, String password) {
    public Login {
      Objects.requireNonNull(user);
      Objects.requireNonNull(password);
    }

    /** Without the password. */
    @Override
    public String toString() {
      return user;
    }
  }

  public Upstream {
    Objects.requireNonNull(host);
    Objects.requireNonNull(tls);
    Objects.requireNonNull(login);
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("a time-out must be positive: " + timeout);
    }
  }
}
