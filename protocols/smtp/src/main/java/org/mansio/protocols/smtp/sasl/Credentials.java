package org.mansio.protocols.smtp.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslStep;

/** A name and a password as they came. */
record Credentials(String name, String password) {
  /** Octets of a name or of a password; RFC 4616 §2 has receivers take at least 255, slow hashes want a limit. */
  static final int MAX_OCTETS = 1024;

  /** Text out of octets; empty when they are too many, not UTF-8 or hold a NUL. */
  static Optional<String> text(byte[] octets, int from, int to) {
    if (to - from > MAX_OCTETS) {
      return Optional.empty();
    }
    try {
      String text = StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets, from, to - from))
          .toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  SaslStep check(UserDirectory users) {
    if (name.isEmpty() || password.isEmpty()) {
      return new SaslStep.Rejected("no name or no password");
    }
    return switch (users.authenticate(name, password)) {
      case AuthenticationResult.Authenticated(MailAddress user) -> new SaslStep.Success(user);
      case AuthenticationResult.Rejected() ->
        new SaslStep.Rejected("wrong name or password for " + shown());
    };
  }

  /** The name, safe for a log line. */
  private String shown() {
    return name.replaceAll("[\\p{Cntrl}]", "?");
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return "Credentials[" + shown() + "]";
  }
}
