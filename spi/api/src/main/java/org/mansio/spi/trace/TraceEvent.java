package org.mansio.spi.trace;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.mansio.spi.mail.MailId;

/**
 * One thing that happened to a mail.
 *
 * @param at when
 * @param id the mail's queue id
 * @param kind what
 * @param where the listener, {@code processor/position/mailet}, or lane
 * @param text one line for people
 * @param details further facts by name, such as {@code recipient}, {@code status}, {@code message-id}, {@code child}
 */
public record TraceEvent(
    Instant at, MailId id, Kind kind, String where, String text, Map<String, String> details) {
  private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n]+");

  /** What happened. */
  public enum Kind {
    /** Accepted and durable. Details: {@code message-id}, {@code sender}, {@code recipients}, {@code size}. */
    RECEIVED,
    /**
     * Made by this server out of another mail. Details: {@code parent} is the id of that mail, {@code about} that of the mail it
     * tells of, when it is a report; {@code message-id}, {@code sender}, {@code recipients}.
     */
    MADE,
    /** A matcher picked some of the recipients. */
    MATCHED,
    /** A mailet ran. */
    MAILET,
    /** A remark by a mailet, or what an SMTP hook said. */
    NOTE,
    /** A new mail came out of this one; detail {@code child} is its id. */
    SENT,
    /** Handed to the outgoing queue. */
    DISPATCHED,
    /** The next one has it; details {@code recipient}, {@code status}. */
    DELIVERED,
    /** Will be tried again. */
    DEFERRED,
    /** Gave up. */
    FAILED,
    /** Ended on purpose. */
    DROPPED,
    /** A mailet or matcher threw. */
    ERROR,
    /** May have been delivered twice, after a crash at the wrong moment. */
    REPEATED,
    /** Something an operator did. */
    OPERATOR
  }

  public TraceEvent {
    Objects.requireNonNull(at);
    Objects.requireNonNull(id);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(where);
    text = LINE_ENDS.matcher(text).replaceAll(" ");
    details = Map.copyOf(details);
  }

  /** An event that happens now. */
  public static TraceEvent now(MailId id, Kind kind, String where, String text) {
    return new TraceEvent(Instant.now(), id, kind, where, text, Map.of());
  }

  /** An event that happens now, with details. */
  public static TraceEvent now(
      MailId id, Kind kind, String where, String text, Map<String, String> details) {
    return new TraceEvent(Instant.now(), id, kind, where, text, details);
  }
}
