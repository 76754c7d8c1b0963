package org.mansio.spi.smtp;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;

/**
 * A reply (RFC 5321 §4.2).
 *
 * @param code 200 to 559
 * @param status the enhanced status (RFC 2034); empty where none belongs, such as at 220, EHLO's 250 and 354
 * @param lines at least one; without line breaks
 */
public record SmtpReply(int code, Optional<EnhancedStatus> status, List<String> lines) {
  private static final int MIN_CODE = 200;
  private static final int MAX_CODE = 559;

  /** @throws IllegalArgumentException when it isn't a reply that may be sent */
  public SmtpReply {
    Objects.requireNonNull(status);
    lines = List.copyOf(lines);
    if (code < MIN_CODE || code > MAX_CODE || lines.isEmpty()) {
      throw new IllegalArgumentException("not a reply: " + code + " " + lines);
    }
    if (lines.stream().anyMatch(line -> line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0)) {
      throw new IllegalArgumentException("line break in a reply");
    }
  }

  /** A reply without an enhanced status. */
  public static SmtpReply of(int code, String text) {
    return new SmtpReply(code, Optional.empty(), List.of(text));
  }

  /** A reply with an enhanced status such as {@code "5.7.1"}. */
  public static SmtpReply of(int code, String status, String text) {
    return new SmtpReply(code, Optional.of(EnhancedStatus.parse(status)), List.of(text));
  }

  public boolean isPositive() {
    return code < 400;
  }

  public boolean isTemporary() {
    return code >= 400 && code < 500;
  }

  @Override
  public String toString() {
    return code + " " + status.map(s -> s + " ").orElse("") + String.join(" / ", lines);
  }
}
