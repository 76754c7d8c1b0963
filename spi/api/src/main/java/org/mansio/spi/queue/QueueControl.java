package org.mansio.spi.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.mansio.spi.mail.MailId;

/**
 * Operations on mail at rest, for people and for on-demand relay. All work on an index; none scans the whole queue to find
 * one destination. What is asked for a part of the queue is done in batches: at any depth, mail goes on being delivered
 * meanwhile, and what arrives after the call is left alone. Thread-safe. What is being processed or delivered at the moment
 * is left alone by all operations.
 */
public interface QueueControl {
  /** The most entries of one page. */
  int MAX_PAGE = 1000;

  /** Counts and ages per state; at once, at any depth. */
  List<StateCount> counts();

  /** How full the queue is, and what of it can't be read; at once, at any depth. */
  default Condition condition() {
    return new Condition(0, OptionalLong.empty(), Optional.empty(), List.of());
  }

  /**
   * Gives up what can't be read and is kept aside: it is deleted, and so are bodies that were kept since it might have referred
   * to them.
   *
   * @return how many pieces of it there were
   * @throws QueueException when it can't be deleted
   */
  default long forgetDamaged() throws QueueException {
    return 0;
  }

  /** Counts and ages per lane, busiest first; those that are paused too when they have no mail. */
  List<LaneStatus> destinations();

  /**
   * A part of a listing: mail in the spool first, as far as it can be seen, then entries, oldest first. A call looks at a
   * bounded number of entries: where hardly any fit, a page may have few or none and yet not be the last.
   *
   * @param after {@link Page#next} of the page before; empty for the first
   * @param limit 1 to {@value #MAX_PAGE} entries
   * @throws IllegalArgumentException when {@code after} isn't what a page said
   */
  Page page(QueueFilter filter, Optional<String> after, int limit);

  /** Entries that fit, in the order of {@link #page}, read as the stream is; to be closed. */
  default Stream<QueueEntry> list(QueueFilter filter) {
    return Stream.iterate(
            Optional.of(page(filter, Optional.empty(), MAX_PAGE)),
            Optional::isPresent,
            page -> page.flatMap(Page::next).map(next -> page(filter, Optional.of(next), MAX_PAGE)))
        .flatMap(page -> page.orElseThrow().entries().stream());
  }

  /** All entries of a mail: one for each destination. */
  List<QueueEntry> show(MailId id);

  /** How many entries fit. */
  long count(QueueFilter filter);

  /** How many entries an operation with this filter would touch now. */
  long preview(Operation operation, QueueFilter filter);

  /** Keeps entries from being tried until released. @return how many */
  long hold(QueueFilter filter);

  /** Lets held entries go on: at once, unless they may not be released yet or wait for a request. @return how many */
  long release(QueueFilter filter);

  /** Removes entries for good, without a DSN. @return how many */
  long remove(QueueFilter filter);

  /**
   * Gives entries up as if they had failed: their senders get a DSN where they want one. Mail that waits for the chain is
   * left alone.
   *
   * @param reason one line, for the sender to read
   * @return how many
   */
  long bounce(QueueFilter filter, String reason);

  /**
   * Sends entries over another lane, at once unless they are held or may not be released yet; age, attempts and parameters
   * stay. Mail that waits for the chain is left alone.
   *
   * @param lane {@code transport:destination}; an entry that is on it already is left alone
   * @throws IllegalArgumentException when there is no such transport
   * @return how many
   */
  long move(QueueFilter filter, String lane);

  /**
   * Makes deferred entries due now, and forgets the back-off of their lanes. Those that may not be released yet (RFC 4865),
   * or wait for a request, are left alone.
   *
   * @return how many were deferred, or held up by the back-off
   */
  long retry(QueueFilter filter);

  /**
   * Lets no further attempt begin for a destination, also after a restart, until it is resumed. Its mail goes on ageing:
   * senders are warned of the delay, and at the end of its time it fails.
   *
   * @param destination a lane, or a destination over whatever transport
   * @return false when it was paused already
   * @throws java.io.UncheckedIOException when that can't be made durable; nothing was changed
   */
  boolean pause(String destination);

  /**
   * Ends a {@link #pause} of the same name.
   *
   * @return false when it wasn't paused
   * @throws java.io.UncheckedIOException when that can't be made durable; nothing was changed
   */
  boolean resume(String destination);

  /** Mails with all that rests with them, such as for keeping them elsewhere; read as the stream is, to be closed. */
  Stream<QueuedMail> export(QueueFilter filter);

  /**
   * Puts a mail back where it was, under the same id and with its history. Durable when this returns.
   *
   * @return false when it rests there already
   * @throws QueueException when it isn't durable; nothing was kept
   */
  boolean restore(QueuedMail mail) throws QueueException;

  /**
   * Sends all that rests for a domain now over new connections, as ETRN asks (RFC 1985): entries that wait for a request
   * become due, deferred ones too, and the lanes' back-off is forgotten. Mail that arrives later waits as before; held
   * entries, and those that may not be released yet (RFC 4865), are left alone. Returns at once.
   *
   * @param domain lower case, A-labels
   * @param subdomains whether those of the domain's subdomains are meant too
   * @return how many entries that is, those under way included
   */
  long start(String domain, boolean subdomains);

  /**
   * Offers all that rests for some domains, one entry after the other, to a transport of the caller's own instead of the
   * lanes' own, as ATRN does over the customer's connection (RFC 2645). What it reports counts as for any attempt: results
   * become durable, DSNs are made. Ends when all entries that were there at the call have been offered, or the transport
   * reports its lane as down, or the queue closes; the rest stays as it was. Blocks; held entries, and those that may not be
   * released yet (RFC 4865), are left alone.
   *
   * @param domains lower case, A-labels
   * @throws InterruptedException when interrupted; what was certain by then is recorded
   */
  Drained drain(Collection<String> domains, Transport through) throws InterruptedException;

  /**
   * The mail that waits for its destination to ask for it, one for each lane with such mail, by domain; at once, at any
   * depth.
   *
   * @param domain just this one, lower case, A-labels; empty for all
   */
  List<WaitingMail> waiting(Optional<String> domain);

  /**
   * What the queue has to tell of itself.
   *
   * @param records mails in the spool and entries together; 0 when nobody counts them
   * @param limit of them, beyond which mail is refused; empty when there is none
   * @param refusal why it refuses mail now; empty when it takes mail
   * @param damaged what it keeps aside since it can't be read, by name
   */
  record Condition(
      long records,
      OptionalLong limit,
      Optional<QueueException.Reason> refusal,
      List<String> damaged) {
    public Condition {
      damaged = List.copyOf(damaged);
    }
  }

  /** What {@link #preview} tells of. */
  enum Operation {
    HOLD,
    RELEASE,
    RETRY,
    REMOVE,
    BOUNCE,
    MOVE
  }

  /**
   * A part of a listing.
   *
   * @param next where the following page begins; empty on the last one
   */
  record Page(List<QueueEntry> entries, Optional<String> next) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /**
   * What a {@link #drain} did.
   *
   * @param offered entries that the transport was given
   * @param left entries for the domains that the next request would send: still at rest, or under way
   * @param unknown servers that share the queue and didn't say what they have left, by name; {@code left} is without theirs
   */
  record Drained(long offered, long left, List<String> unknown) {
    public Drained {
      unknown = List.copyOf(unknown);
    }

    /** Where all is known. */
    public Drained(long offered, long left) {
      this(offered, left, List.of());
    }
  }

  /**
   * Mail of one lane that waits for a request.
   *
   * @param domain the destination
   * @param lane {@code transport:destination}
   * @param octets of the messages together
   * @param oldestArrival of the mail that came first
   */
  record WaitingMail(String domain, String lane, long count, long octets, Instant oldestArrival) {}

  /**
   * Counts and ages in one state.
   *
   * @param oldestArrival of the oldest mail; empty when there is none
   */
  record StateCount(QueueEntry.State state, long count, Optional<Instant> oldestArrival) {}

  /**
   * One lane.
   *
   * @param lane {@code transport:destination}
   * @param active attempts under way now
   * @param paused whether an operator lets no attempt begin
   * @param oldestArrival of the mail that came first; empty when there is none
   * @param lastError of the last attempt that failed; empty when the last one didn't
   * @param backOffUntil when a dead destination is tried again; empty when it isn't backed off
   * @param concurrency attempts at once that it may have now, as it adapts to the destination; 0 when that isn't known
   * @param rates the limits that are set for it, of each kind one at the most; empty when there are none
   * @param hindrance why no further attempt begins now; empty when nothing is in the way, or no mail is ready
   */
  record LaneStatus(
      String lane,
      long ready,
      long active,
      long deferred,
      long waiting,
      long held,
      boolean paused,
      Optional<Instant> oldestArrival,
      Optional<String> lastError,
      Optional<Instant> backOffUntil,
      int concurrency,
      List<RateLimit> rates,
      Optional<Hindrance> hindrance) {
    public LaneStatus {
      rates = List.copyOf(rates);
    }

    /** One that is paused and has no mail. */
    public static LaneStatus pausedWithoutMail(String lane) {
      return new LaneStatus(
          lane,
          0,
          0,
          0,
          0,
          0,
          true,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          List.of(),
          Optional.of(new Hindrance(Hindrance.Cause.PAUSED, Optional.empty())));
    }
  }

  /**
   * How fast mail may go to one destination.
   *
   * @param count at least 1
   * @param period in which no more than that go
   */
  record RateLimit(Kind kind, long count, Duration period) {
    /** What is counted. */
    public enum Kind {
      /** Attempts begun. */
      MAILS,
      /** Recipients of those mails together. */
      RECIPIENTS,
      /** Connections opened, where the transport can tell. */
      CONNECTIONS
    }
  }

  /**
   * What keeps a lane from beginning an attempt. Of several it is the first one in the order of {@link Cause}.
   *
   * @param until when it is over at the latest, as far as that is known
   */
  record Hindrance(Cause cause, Optional<Instant> until) {
    /** The causes. Only the first two are told of also when no mail is ready. */
    public enum Cause {
      /** An operator lets none begin. */
      PAUSED,
      /** The destination couldn't be reached, or has had enough: the lane rests as a whole. */
      BACKOFF,
      /** The rates that are set let none begin yet. */
      RATE,
      /** As many are under way as the destination bears. */
      WINDOW,
      /** The places of all lanes together are taken; the lane stands in line. */
      TURN
    }
  }
}
