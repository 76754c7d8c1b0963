package org.mansio.protocols.smtpclient;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.mail.EnhancedStatus;

/**
 * A peer's reply (RFC 5321 §4.2).
 *
 * @param code 200 to 599
 * @param lines the text behind the code of each line; at least one, without control characters
 */
record Reply(int code, List<String> lines) {
  private static final Pattern STATUS =
      Pattern.compile("([245])\\.([0-9]{1,3})\\.([0-9]{1,3})(?:\\s|$)");
  private static final int SERVICE_CLOSING = 421;
  private static final int READY = 220;
  // It is kept with the mail and stands in reports and logs, for each recipient anew.
  private static final int MAX_TEXT = 1_000;

  Reply {
    lines = List.copyOf(lines);
  }

  boolean isPositive() {
    return code < 300;
  }

  boolean isTemporary() {
    return code >= 400 && code < 500;
  }

  boolean isPermanent() {
    return code >= 500;
  }

  /** Whether TLS begins behind it, as the answer to STARTTLS (RFC 3207 §4): no other code is a yes. */
  boolean isReadyForTls() {
    return code == READY;
  }

  /** Whether the peer closes the connection with it (RFC 5321 §3.8). */
  boolean isClosing() {
    return code == SERVICE_CLOSING;
  }

  /** The enhanced status; only where its class is that of the code, as RFC 2034 §4 demands: others are text. */
  Optional<EnhancedStatus> status() {
    Matcher status = STATUS.matcher(lines.getFirst());
    if (!status.lookingAt() || status.group(1).charAt(0) - '0' != code / 100) {
      return Optional.empty();
    }
    return Optional.of(new EnhancedStatus(
        code / 100, Integer.parseInt(status.group(2)), Integer.parseInt(status.group(3))));
  }

  /** The enhanced status, or what stands in for it. */
  EnhancedStatus statusOr(EnhancedStatus standIn) {
    return status().orElse(standIn);
  }

  /** Code and text in one line, cut where it is an essay. */
  String text() {
    String text = (code + " " + String.join(" ", lines)).strip();
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
  }

  @Override
  public String toString() {
    return text();
  }
}
