package org.mansio.spi.queue;

import java.util.Optional;
import org.mansio.spi.mail.MailId;

/**
 * Which entries are meant; conditions combine by and, an empty one means any.
 *
 * @param sender part of the sender's address, compared without case; {@code <>} means the null sender
 * @param recipient part of a recipient's address, compared without case
 * @param destination a lane, or the destination part of one
 */
public record QueueFilter(
    Optional<MailId> id,
    Optional<QueueEntry.State> state,
    Optional<String> destination,
    Optional<String> sender,
    Optional<String> recipient) {

  public static QueueFilter all() {
    return new QueueFilter(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static QueueFilter of(MailId id) {
    return new QueueFilter(
        Optional.of(id), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static QueueFilter of(QueueEntry.State state) {
    return new QueueFilter(
        Optional.empty(), Optional.of(state), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The mail for a destination: what ETRN means (RFC 1985). */
  public static QueueFilter destination(String destination) {
    return new QueueFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.of(destination),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether an entry fits. */
  public boolean matches(QueueEntry entry) {
    return id.map(entry.id()::equals).orElse(true)
        && state.map(s -> s == entry.state()).orElse(true)
        && destination.map(d -> isLane(entry, d)).orElse(true)
        && sender.map(s -> isSender(entry, s)).orElse(true)
        && recipient
            .map(r -> entry.recipients().stream().anyMatch(a -> contains(a.toString(), r)))
            .orElse(true);
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

  private static boolean contains(String text, String part) {
    return text.toLowerCase(java.util.Locale.ROOT)
        .contains(part.toLowerCase(java.util.Locale.ROOT));
  }
}
