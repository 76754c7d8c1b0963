package org.mansio.spi.sasl;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.mansio.spi.mail.MailAddress;

/**
 * Stands against the guessing of passwords: counts failed logins for each address and for each name, slows down who fails,
 * and shuts out who goes on. Names count as they are given, so that nothing tells whether there is such a user. Every
 * protocol reports to the one guard of the server. Thread-safe; never blocks.
 *
 * <pre>{@code
 * if (guard.admit(client) instanceof Admission.Refused) { … }
 * … the exchange …
 * switch (guard.failed(client, login)) { … }
 * }</pre>
 */
public interface LoginGuard {
  /** Whether a client may try. To be asked before an exchange begins. */
  Admission admit(InetAddress client);

  /**
   * Notes that credentials were right.
   *
   * @return {@code Refused} when the name is shut out for this client: the login then counts for nothing, and the client
   *     hears what it would have heard with a wrong password
   */
  Admission succeeded(InetAddress client, MailAddress user);

  /**
   * Notes that credentials were wrong.
   *
   * @param login the name that was given; empty when none was
   * @return how long to wait before the client hears of it, or {@code Refused} when the name is shut out
   */
  Admission failed(InetAddress client, Optional<String> login);

  /** What is counted now, most failures first; for operators. */
  List<Tracked> tracked();

  /**
   * Forgets all failures of one subject.
   *
   * @param subject as {@link Tracked#subject} says
   * @return whether there were any
   */
  boolean forget(String subject);

  /** An answer of the guard. */
  sealed interface Admission {
    /**
     * Go on.
     *
     * @param delay how long to wait before; zero mostly
     */
    record Granted(Duration delay) implements Admission {
      public Granted {
        Objects.requireNonNull(delay);
      }
    }

    /**
     * Not now: 454 4.7.0, whatever the credentials are.
     *
     * @param left until it may be tried again
     */
    record Refused(Duration left) implements Admission {
      public Refused {
        Objects.requireNonNull(left);
      }
    }
  }

  /**
   * The failures of one address or name.
   *
   * @param subject an IPv4 address, an IPv6 network such as {@code 2001:db8::/64}, or a login name
   * @param failures counted since the last pardon
   * @param last when the latest was
   * @param lockedUntil empty while it isn't shut out
   */
  record Tracked(
      Kind kind, String subject, int failures, Instant last, Optional<Instant> lockedUntil) {
    public Tracked {
      Objects.requireNonNull(kind);
      Objects.requireNonNull(subject);
      Objects.requireNonNull(last);
      Objects.requireNonNull(lockedUntil);
    }

    /** What is counted. */
    public enum Kind {
      ADDRESS,
      USER
    }
  }
}
