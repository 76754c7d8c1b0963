package org.mansio.spi.queue;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.RecipientStatus;

/**
 * Which entries are meant; conditions combine by and, an empty one means any.
 *
 * @param destination a lane, or the destination part of one
 * @param sender part of the sender's address, compared without case; {@code <>} means the null sender
 * @param recipient part of a recipient's address, compared without case
 * @param arrivedBefore older than this
 * @param arrivedAfter younger than this
 * @param lastError part of the last error, or of the name of the host that gave it, compared without case
 * @param minSize at least so many octets
 * @param maxSize at most so many octets
 */
public record QueueFilter(
    Optional<MailId> id,
    Optional<QueueEntry.State> state,
    Optional<String> destination,
    Optional<String> sender,
    Optional<String> recipient,
    Optional<Instant> arrivedBefore,
    Optional<Instant> arrivedAfter,
    Optional<String> lastError,
    OptionalLong minSize,
    OptionalLong maxSize) {

  private static final QueueFilter ALL = new QueueFilter(
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      OptionalLong.empty(),
      OptionalLong.empty());

  public static QueueFilter all() {
    return ALL;
  }

  public static QueueFilter of(MailId id) {
    return new QueueFilter(
        Optional.of(id),
        ALL.state,
        ALL.destination,
        ALL.sender,
        ALL.recipient,
        ALL.arrivedBefore,
        ALL.arrivedAfter,
        ALL.lastError,
        ALL.minSize,
        ALL.maxSize);
  }

  public static QueueFilter of(QueueEntry.State state) {
    return ALL.and(state);
  }

  /** The mail for a destination: what ETRN means (RFC 1985). */
  public static QueueFilter destination(String destination) {
    return ALL.andDestination(destination);
  }

  /** With a condition on the state. */
  public QueueFilter and(QueueEntry.State wanted) {
    return new QueueFilter(
        id,
        Optional.of(wanted),
        destination,
        sender,
        recipient,
        arrivedBefore,
        arrivedAfter,
        lastError,
        minSize,
        maxSize);
  }

  public QueueFilter andDestination(String wanted) {
    return new QueueFilter(
        id,
        state,
        Optional.of(wanted),
        sender,
        recipient,
        arrivedBefore,
        arrivedAfter,
        lastError,
        minSize,
        maxSize);
  }

  public QueueFilter andSender(String part) {
    return new QueueFilter(
        id,
        state,
        destination,
        Optional.of(part),
        recipient,
        arrivedBefore,
        arrivedAfter,
        lastError,
        minSize,
        maxSize);
  }

  public QueueFilter andRecipient(String part) {
    return new QueueFilter(
        id,
        state,
        destination,
        sender,
        Optional.of(part),
        arrivedBefore,
        arrivedAfter,
        lastError,
        minSize,
        maxSize);
  }

  /** With conditions on the age; an empty one leaves that side open. */
  public QueueFilter andArrived(Optional<Instant> after, Optional<Instant> before) {
    return new QueueFilter(
        id, state, destination, sender, recipient, before, after, lastError, minSize, maxSize);
  }

  public QueueFilter andLastError(String part) {
    return new QueueFilter(
        id,
        state,
        destination,
        sender,
        recipient,
        arrivedBefore,
        arrivedAfter,
        Optional.of(part),
        minSize,
        maxSize);
  }

  /** With conditions on the size, in octets; an empty one leaves that side open. */
  public QueueFilter andSize(OptionalLong least, OptionalLong most) {
    return new QueueFilter(
        id,
        state,
        destination,
        sender,
        recipient,
        arrivedBefore,
        arrivedAfter,
        lastError,
        least,
        most);
  }

  /** Whether every entry is meant. */
  public boolean isAll() {
    return equals(ALL);
  }

  /** Whether an entry fits. */
  public boolean matches(QueueEntry entry) {
    return id.map(entry.id()::equals).orElse(true)
        && state.map(s -> s == entry.state()).orElse(true)
        && destination.map(d -> isLane(entry, d)).orElse(true)
        && sender.map(s -> isSender(entry, s)).orElse(true)
        && recipient
            .map(r -> entry.recipients().stream().anyMatch(a -> contains(a.toString(), r)))
            .orElse(true)
        && matches(entry.arrival(), entry.size())
        && lastError.map(error -> isError(entry, error)).orElse(true);
  }

  /** Whether age and size fit; what an index may know without the mail. */
  public boolean matches(Instant arrival, long size) {
    return arrivedBefore.map(arrival::isBefore).orElse(true)
        && arrivedAfter.map(arrival::isAfter).orElse(true)
        && size >= minSize.orElse(0)
        && size <= maxSize.orElse(Long.MAX_VALUE);
  }

  private static boolean isLane(QueueEntry entry, String wanted) {
    return entry
        .lane()
        .filter(lane -> lane.equalsIgnoreCase(wanted)
            || lane.substring(lane.indexOf(':') + 1).equalsIgnoreCase(wanted))
        .isPresent();
  }

  private static boolean isSender(QueueEntry entry, String wanted) {
    return wanted.equals("<>")
        ? entry.sender().isEmpty()
        : entry.sender().filter(s -> contains(s.toString(), wanted)).isPresent();
  }

  private static boolean isError(QueueEntry entry, String wanted) {
    return entry.lastError().filter(error -> contains(error, wanted)).isPresent()
        || entry
            .lastStatus()
            .flatMap(RecipientStatus::remoteMta)
            .filter(host -> contains(host, wanted))
            .isPresent();
  }

  private static boolean contains(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }
}
