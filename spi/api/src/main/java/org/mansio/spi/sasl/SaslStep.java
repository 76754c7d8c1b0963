package org.mansio.spi.sasl;

import java.util.Objects;
import java.util.Optional;
import org.mansio.spi.mail.MailAddress;

/** What follows a response. */
public sealed interface SaslStep {
  /** The server's next challenge, not yet encoded. */
  record Challenge(byte[] octets) implements SaslStep {}

  /**
   * Done.
   *
   * @param user who it is, and, where it differs, acts as
   * @param data what the server has to say with it (RFC 4422 §3.6); a protocol whose reply can't carry it sends it as a last
   *     challenge, to which the client answers with an empty response (RFC 4954 §4)
   */
  record Success(MailAddress user, Optional<byte[]> data) implements SaslStep {
    public Success {
      Objects.requireNonNull(user);
      Objects.requireNonNull(data);
    }

    /** Without a last word. */
    public Success(MailAddress user) {
      this(user, Optional.empty());
    }
  }

  /**
   * Wrong credentials: 535 5.7.8.
   *
   * @param login the name that was given, whether or not there is such a user; failures are counted for it. Empty when none
   *     was given
   * @param reason for the log, without secrets
   */
  record Rejected(Optional<String> login, String reason) implements SaslStep {
    public Rejected {
      Objects.requireNonNull(login);
      Objects.requireNonNull(reason);
    }

    /** Nobody was named. */
    public Rejected(String reason) {
      this(Optional.empty(), reason);
    }
  }

  /** Not a response of this mechanism: 501 5.5.2. */
  record Malformed(String reason) implements SaslStep {}

  /**
   * Something that is needed to judge can't be reached: 454 4.7.0.
   *
   * @param reason for the log
   */
  record Unavailable(String reason) implements SaslStep {}
}
