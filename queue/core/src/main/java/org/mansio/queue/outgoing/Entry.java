package org.mansio.queue.outgoing;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/**
 * An outgoing entry in memory. Guarded by the scheduler's lock. Generation 0 means that nothing durable stands for it but
 * the spooled mail that it came from.
 */
final class Entry {
  static final Comparator<Entry> BY_ARRIVAL = Comparator.comparingLong(
          (Entry entry) -> entry.arrivalNanos)
      .thenComparing(entry -> entry.id);

  /** Shared by all entries that came out of the log. */
  private static final CompletableFuture<Boolean> DURABLE = CompletableFuture.completedFuture(true);

  /** Where the entry is in its life. */
  enum Phase {
    READY,
    /** Under way: an attempt, or a change that is being made durable. Nobody else touches it. */
    BUSY,
    DEFERRED,
    /** Until its destination asks for it. */
    WAITING,
    HELD,
    /** Over; known only until its last record has been taken out of the log. */
    ENDED
  }

  final UUID id;
  final MailId mailId;
  final Optional<Route> route;
  /** In {@link EpochNanos}. */
  final long arrivalNanos;

  final long size;
  final @Nullable Lane lane;
  final Terms terms;
  Phase phase = Phase.READY;
  int generation;
  /** The highest generation that this process has begun to write. */
  int written;

  int attempts;
  /** In {@link EpochNanos}. */
  private long due = Long.MIN_VALUE;

  Optional<String> lastError = Optional.empty();
  /** The moment of the last delay warning; empty when there was none. */
  Optional<Instant> warned = Optional.empty();
  /** When the timer looks at it again, in milliseconds; {@link EntryAlarms#NONE} while it doesn't. */
  long alarm = EntryAlarms.NONE;

  int placeInAlarms;
  /** Its place among the ready or the waiting ones of its lane. */
  int placeInLane;
  /** How many recipients are left. */
  int recipients;
  /** Since when it is ready, in milliseconds, and its number among all that ever became so. */
  long readySince;

  long turn;
  /** The record of this generation; null until it arrives. */
  @Nullable
  HeldRecord record;
  /** The record of the generation being written, when it arrives before the writer knows. */
  @Nullable
  HeldRecord nextRecord;
  /** When the attempt under way began, by the monotonic clock. */
  long begun;
  /** Whether the record before the last one is being taken out of the log, which must be first. */
  boolean endingFormer;
  /** The mail, as long as no record holds it for us. */
  @Nullable
  SpooledMail mail;
  /** While the log recovers: whether an operator keeps the entry. */
  boolean heldAtStart;
  /** Whether it was found at the start and was due: if the last run broke off, it may have been under way. */
  boolean unsure;
  /** Whether it was found in a shard whose former holder may have broken off. */
  boolean ofBroken;
  /** The blob that the entry holds. */
  Optional<String> blob = Optional.empty();
  /** One that it held before, which an attempt under way may read. */
  Optional<String> formerBlob = Optional.empty();
  /** For an entry straight from the chain: what its attempt did. */
  @Nullable
  Attempted attempted;
  /** The state under which the census has it; null when it has it not. */
  QueueEntry.@Nullable State counted;

  /** Whether the first record is in the log; completed by whoever hands the entry over. */
  CompletableFuture<Boolean> durable = new CompletableFuture<>();

  /** Whether it isn't known if its first record was written: the record's arrival tells. */
  boolean inDoubt;

  /** Where {@link EntryTable} goes on. */
  @Nullable
  Entry nextById;

  @Nullable
  Entry nextByMail;

  Entry(UUID id, SpooledMail mail, Optional<Route> route, @Nullable Lane lane) {
    this.id = id;
    this.mailId = mail.id();
    this.route = lane == null ? route : lane.share(route);
    this.arrivalNanos = EpochNanos.of(mail.arrival());
    this.size = mail.content().size();
    this.lane = lane;
    this.terms = Terms.of(mail);
    this.recipients = mail.envelope().recipients().size();
    this.mail = mail;
  }

  /** It came out of the log. */
  void isDurable() {
    durable = DURABLE;
  }

  Instant arrival() {
    return EpochNanos.instant(arrivalNanos);
  }

  Instant due() {
    return EpochNanos.instant(due);
  }

  void becomesDue(Instant time) {
    due = EpochNanos.of(time);
  }

  /** Compares its place in the order of arrival with another. */
  int compareArrival(long nanos, UUID other) {
    int order = Long.compare(arrivalNanos, nanos);
    return order == 0 ? id.compareTo(other) : order;
  }

  /** Its place among the ready ones of its lane; the lower the earlier. */
  long rank() {
    return Precedence.rank(readySince, terms.priority());
  }

  /** Whether a record stands for the entry, or is about to. */
  boolean handedOver() {
    return written > 0;
  }

  /** Takes over what a record says of the entry's state. */
  void adopt(QueueRecord.Waiting waiting) {
    generation = waiting.generation();
    written = Math.max(written, generation);
    attempts = waiting.attempts();
    becomesDue(waiting.due());
    lastError = lane == null ? waiting.lastError() : lane.shareError(waiting.lastError());
    warned = waiting.warned();
    recipients = waiting.mail().envelope().recipients().size();
  }

  /**
   * What a transport gets: a recipient is what it was in the beginning, whatever came of former attempts.
   *
   * @param of the entry's mail
   * @param attempt its number
   */
  Delivery delivery(SpooledMail of, int attempt) {
    List<Recipient> fresh =
        of.envelope().recipients().stream().map(Recipient::withoutStatus).toList();
    return new Delivery(
        of.withEnvelope(of.envelope().withRecipients(fresh)), route.orElseThrow(), attempt);
  }

  /** What is set for its destination; only for entries with a lane. */
  RetrySchedule schedule() {
    return Objects.requireNonNull(lane).policy.schedule();
  }

  QueueEntry.State state() {
    if (route.isEmpty()) {
      return QueueEntry.State.SPOOL;
    }
    return switch (phase) {
      case READY -> QueueEntry.State.READY;
      case BUSY, ENDED -> QueueEntry.State.ACTIVE;
      case DEFERRED -> QueueEntry.State.DEFERRED;
      case WAITING -> QueueEntry.State.WAITING;
      case HELD -> QueueEntry.State.HELD;
    };
  }

  /** The state as operators see it: one that they hold is held also on its way into the chain. */
  QueueEntry.State shownState() {
    return phase == Phase.HELD ? QueueEntry.State.HELD : state();
  }

  QueueEntry describe(SpooledMail with) {
    return new QueueEntry(
        mailId,
        shownState(),
        with.envelope().sender(),
        with.envelope().recipients().stream().map(Recipient::address).toList(),
        route.map(Route::lane),
        size,
        arrival(),
        attempts,
        phase == Phase.DEFERRED ? Optional.of(due()) : Optional.empty(),
        isUntilRelease() ? Optional.of("held until " + due() + ", as its sender asked") : lastError,
        with.envelope().recipients().stream()
            .flatMap(recipient -> recipient.status().stream())
            .findFirst());
  }

  /** Whether it is deferred since its sender wants it delivered later (RFC 4865); no attempt can have come before. */
  boolean isUntilRelease() {
    return phase == Phase.DEFERRED && terms.hasRelease() && attempts == 0;
  }
}
