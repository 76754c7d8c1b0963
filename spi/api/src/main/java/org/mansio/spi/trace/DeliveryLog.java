package org.mansio.spi.trace;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's account of what became of mail: a line for each mail and attempt, and for each group of recipients that met the
 * same end in it. The fields are those that Postfix logs, so that who reads or parses its log finds them here:
 *
 * <pre>{@code
 * 06DK2M8QZ4T9XKJ3: to=<bob@example.net>, relay=mx.example.net, via=remote:example.net, attempt=1, delay=0.41, dsn=2.0.0, status=sent (250 2.0.0 Ok)
 * }</pre>
 *
 * <p>It has a logger of its own, {@value #LOGGER}, to be switched off or sent to a file of its own. Written for each mail, so it is
 * put together by hand. Addresses and replies are what strangers wrote: control characters and line ends in them become question
 * marks, so that nobody outside can write a line of the log. Thread-safe.
 */
public final class DeliveryLog {
  /** The logger's name. */
  public static final String LOGGER = "org.mansio.delivery";

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

  /** Recipients of one line; more make more lines, so that each of them can be found. */
  private static final int RECIPIENTS_PER_LINE = 50;

  /** Of a text, in characters: as long as a line of a reply may be (RFC 5321 §4.5.3.1.5). */
  private static final int MAX_TEXT = 512;

  private static final int USUAL_LENGTH = 256;
  private static final int CENTIS = 100;
  private static final int MILLIS_PER_CENTI = 10;

  private DeliveryLog() {}

  /** How it went for the recipients. */
  public enum Status {
    /** The next one has it. */
    SENT("sent"),
    /** Will be tried again. */
    DEFERRED("deferred"),
    /** Given up. */
    BOUNCED("bounced"),
    /** Ended on purpose by the chain. */
    DROPPED("dropped");

    private final String word;

    Status(String word) {
      this.word = word;
    }
  }

  /**
   * What became of some recipients of a mail.
   *
   * @param relay the host that answered; empty when the decision was ours
   * @param via the lane, or the place in the chain as {@code processor/position/mailet}
   * @param attempt counts from 1; 0 when there was none
   * @param delay since the mail was accepted
   * @param dsn the enhanced status; empty when it has none
   * @param next when it is tried again; empty when it isn't, or nobody knows
   * @param text the reply or the reason
   */
  public record Line(
      MailId id,
      List<Recipient> to,
      Optional<String> relay,
      String via,
      int attempt,
      Duration delay,
      Optional<EnhancedStatus> dsn,
      Optional<Instant> next,
      Status status,
      String text) {
    public Line {
      to = List.copyOf(to);
      Objects.requireNonNull(id);
      Objects.requireNonNull(relay);
      Objects.requireNonNull(via);
      Objects.requireNonNull(delay);
      Objects.requireNonNull(dsn);
      Objects.requireNonNull(next);
      Objects.requireNonNull(status);
      Objects.requireNonNull(text);
    }
  }

  /** Whether anybody reads it; ask before a {@link Line} is made. */
  public static boolean isOn() {
    return LOG.isInfoEnabled();
  }

  /** Writes it, when it is on. */
  public static void write(Line line) {
    if (!isOn()) {
      return;
    }
    int count = line.to().size();
    for (int from = 0; from < count; from += RECIPIENTS_PER_LINE) {
      LOG.info(format(line, from, Math.min(count, from + RECIPIENTS_PER_LINE)));
    }
  }

  static String format(Line line, int from, int to) {
    StringBuilder text = new StringBuilder(USUAL_LENGTH);
    text.append(line.id().value()).append(": to=");
    for (int i = from; i < to; i++) {
      text.append(i == from ? "<" : ",<");
      append(line.to().get(i).address().toString(), Integer.MAX_VALUE, text);
      text.append('>');
    }
    text.append(", relay=");
    append(line.relay().orElse("none"), MAX_TEXT, text);
    text.append(", via=");
    append(line.via(), MAX_TEXT, text);
    if (line.attempt() > 0) {
      text.append(", attempt=").append(line.attempt());
    }
    text.append(", delay=");
    appendSeconds(line.delay(), text);
    if (line.dsn().isPresent()) {
      text.append(", dsn=").append(line.dsn().get());
    }
    if (line.next().isPresent()) {
      text.append(", next=").append(line.next().get().truncatedTo(ChronoUnit.SECONDS));
    }
    text.append(", status=").append(line.status().word).append(" (");
    append(line.text(), MAX_TEXT, text);
    return text.append(')').toString();
  }

  /** With two decimals; a clock that was set back makes no delay below zero. */
  private static void appendSeconds(Duration delay, StringBuilder to) {
    long centis = Math.max(0, delay.toMillis() / MILLIS_PER_CENTI);
    long rest = centis % CENTIS;
    to.append(centis / CENTIS).append(rest < 10 ? ".0" : ".").append(rest);
  }

  private static void append(String text, int limit, StringBuilder to) {
    int length = Math.min(text.length(), limit);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      to.append(isControl(c) ? '?' : c);
    }
    if (length < text.length()) {
      to.append('…');
    }
  }

  /** U+2028 and U+2029 end lines too, for some who read it. */
  private static boolean isControl(char c) {
    return c < ' ' || c >= '\u007f' && c < '\u00a0' || c == '\u2028' || c == '\u2029';
  }
}
