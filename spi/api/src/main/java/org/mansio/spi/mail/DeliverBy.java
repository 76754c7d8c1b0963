package org.mansio.spi.mail;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Until when a mail is to be delivered (RFC 2852), as it rests with the mail: the remaining seconds of the BY parameter have
 * become a point in time.
 *
 * @param deadline whole seconds
 * @param mode what happens when it isn't delivered by then
 * @param trace whether each hop that passes it on to a host with DELIVERBY tells the sender (RFC 2852 §4, {@code T})
 */
public record DeliverBy(Instant deadline, Mode mode, boolean trace) {
  private static final Pattern KEPT = Pattern.compile("(-?[0-9]{1,12});([RN])(T?)");

  /** RFC 2852 §4. */
  public enum Mode {
    /** {@code R}: the mail is returned. */
    RETURN,
    /** {@code N}: the sender is told of the delay, and delivery goes on. */
    NOTIFY
  }

  public DeliverBy {
    Objects.requireNonNull(mode);
    deadline = Instant.ofEpochSecond(deadline.getEpochSecond());
  }

  /** What {@link Envelope#deliverBy()} reads. */
  static Optional<DeliverBy> parse(String kept) {
    Matcher parts = KEPT.matcher(kept);
    return parts.matches()
        ? Optional.of(new DeliverBy(
            Instant.ofEpochSecond(Long.parseLong(parts.group(1))),
            parts.group(2).equals("R") ? Mode.RETURN : Mode.NOTIFY,
            !parts.group(3).isEmpty()))
        : Optional.empty();
  }

  /** Whole seconds left; negative when the time is over. */
  public long secondsLeft(Instant now) {
    return Duration.between(now, deadline).toSeconds();
  }

  String kept() {
    return deadline.getEpochSecond() + ";" + modeLetter() + (trace ? "T" : "");
  }

  /** {@code R} or {@code N}, as on the wire. */
  public String modeLetter() {
    return mode == Mode.RETURN ? "R" : "N";
  }
}
