package org.mansio.queue.outgoing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mansio.queue.log.Peers;
import org.mansio.queue.outgoing.EntryCensus.Place;
import org.mansio.queue.record.Answer;
import org.mansio.queue.record.ControlCodec;
import org.mansio.queue.record.DamagedRecordException;
import org.mansio.queue.record.Question;
import org.mansio.queue.record.Question.Topic;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's view of all servers that share a queue: what is asked of one is asked of all, each acts on the entries that
 * it holds, and the answers are put together. What must not be done by halves is refused when one doesn't answer, by name.
 * Thread-safe.
 */
final class SharedControl implements QueueControl {
  private static final Logger LOG = LoggerFactory.getLogger(SharedControl.class);

  /** Mails that each server tells of at once; each record is about 1 KB. */
  private static final int EXPORT_PAGE = 200;

  private final OutgoingControl own;
  private final Peers peers;
  private final EntryRestore restore;
  private final SharedDrain drain;

  SharedControl(OutgoingControl own, Peers peers, EntryRestore restore, SharedDrain drain) {
    this.own = own;
    this.peers = peers;
    this.restore = restore;
    this.drain = drain;
    peers.answerWith(this::answer);
  }

  private byte[] answer(byte[] octets) {
    try {
      return ControlCodec.encode(answer(ControlCodec.decodeQuestion(octets)));
    } catch (DamagedRecordException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private Answer answer(Question question) throws DamagedRecordException {
    QueueFilter filter = question.filter();
    return switch (question.topic()) {
      case COUNTS -> Answer.ofCounts(own.counts());
      case DESTINATIONS -> Answer.ofLanes(own.destinations());
      case PAGE -> own.placed(filter, question.after(), question.limit());
      case COUNT -> Answer.of(own.count(filter));
      case PREVIEW -> Answer.of(own.preview(Operation.valueOf(question.text()), filter));
      case HOLD -> Answer.of(own.hold(filter));
      case RELEASE -> Answer.of(own.release(filter));
      case REMOVE -> Answer.of(own.remove(filter));
      case BOUNCE -> Answer.of(own.bounce(filter, question.text()));
      case MOVE -> Answer.of(own.move(filter, question.text()));
      case RETRY -> Answer.of(own.retry(filter));
      case PAUSE -> Answer.of(own.pause(question.text()) ? 1 : 0);
      case RESUME -> Answer.of(own.resume(question.text()) ? 1 : 0);
      case START -> Answer.of(own.start(question.text(), question.flag()));
      case WAITING ->
        Answer.ofWaiting(
            own.waiting(Optional.of(question.text()).filter(domain -> !domain.isEmpty())));
      case KEPT -> own.kept(filter, question.after(), question.limit());
      case DRAIN -> drain.drainFor(question.text());
      case LEFT -> drain.left(question.text());
      case OFFER -> drain.offered(question.text(), question.record());
    };
  }

  /** This server's answer, then those of the others. */
  private List<Answer> all(Question question) {
    Asked asked = ask(question);
    if (!asked.silent().isEmpty()) {
      LOG.warn(
          "Servers at the broker that didn't answer: {}. What is shown lacks theirs, and what was asked of them may not have"
              + " been done",
          String.join(", ", asked.silent()));
    }
    return asked.answers();
  }

  /**
   * The answers of all servers.
   *
   * @param silent the names of those that gave none
   */
  private record Asked(List<Answer> answers, List<String> silent) {}

  private Asked ask(Question question) {
    try {
      // First here: what can't be done at all is refused before anybody is asked.
      List<Answer> answers = new ArrayList<>(List.of(answer(question)));
      Peers.Replies replies = peers.ask(ControlCodec.encode(question));
      List<String> silent = new ArrayList<>(replies.silent());
      for (Peers.Given given : replies.answers()) {
        try {
          answers.add(ControlCodec.decodeAnswer(given.octets()));
        } catch (DamagedRecordException | IllegalArgumentException e) {
          silent.add(given.from().name() + " (its answer can't be read: " + e.getMessage() + ")");
        }
      }
      return new Asked(answers, silent);
    } catch (DamagedRecordException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private long sum(Question question) {
    return all(question).stream().mapToLong(Answer::number).sum();
  }

  @Override
  public List<StateCount> counts() {
    Map<QueueEntry.State, StateCount> sums = new LinkedHashMap<>();
    all(Question.about(Topic.COUNTS, QueueFilter.all())).stream()
        .flatMap(answer -> answer.counts().stream())
        .forEach(count -> sums.merge(
            count.state(),
            count,
            (one, other) -> new StateCount(
                one.state(),
                one.count() + other.count(),
                earlier(one.oldestArrival(), other.oldestArrival()))));
    return List.copyOf(sums.values());
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    return Stream.concat(one.stream(), other.stream()).min(Comparator.naturalOrder());
  }

  @Override
  public List<LaneStatus> destinations() {
    Map<String, LaneStatus> sums = new LinkedHashMap<>();
    all(Question.about(Topic.DESTINATIONS, QueueFilter.all())).stream()
        .flatMap(answer -> answer.lanes().stream())
        .forEach(lane -> sums.merge(lane.lane(), lane, SharedControl::together));
    return sums.values().stream()
        .sorted(Comparator.comparingLong(SharedControl::size)
            .reversed()
            .thenComparing(LaneStatus::lane))
        .toList();
  }

  /** A lane is with one server, but another may have a rest of it for a moment. */
  private static LaneStatus together(LaneStatus one, LaneStatus other) {
    return new LaneStatus(
        one.lane(),
        one.ready() + other.ready(),
        one.active() + other.active(),
        one.deferred() + other.deferred(),
        one.waiting() + other.waiting(),
        one.held() + other.held(),
        one.paused() || other.paused(),
        earlier(one.oldestArrival(), other.oldestArrival()),
        one.lastError().or(other::lastError),
        one.backOffUntil().or(other::backOffUntil),
        one.concurrency() + other.concurrency(),
        one.rates().isEmpty() ? other.rates() : one.rates(),
        one.hindrance().or(other::hindrance));
  }

  private static long size(LaneStatus lane) {
    return lane.ready() + lane.active() + lane.deferred() + lane.waiting() + lane.held();
  }

  @Override
  public Page page(QueueFilter filter, Optional<String> after, int limit) {
    List<Answer> answers = all(Question.page(Topic.PAGE, filter, after, limit));
    Optional<Place> known = known(answers);
    List<Answer.Placed> entries = answers.stream()
        .flatMap(answer -> answer.entries().stream())
        .filter(placed -> known
            .map(place -> Place.parse(placed.place()).compareTo(place) <= 0)
            .orElse(true))
        .sorted(Comparator.comparing(placed -> Place.parse(placed.place())))
        .toList();
    List<QueueEntry> shown =
        entries.stream().limit(limit).map(Answer.Placed::entry).toList();
    return entries.size() > limit
        ? new Page(shown, Optional.of(entries.get(limit - 1).place()))
        : new Page(shown, known.map(Place::toString));
  }

  /**
   * Behind the place where one of them stopped it may have more, so that nothing of the others counts that is behind it.
   */
  private static Optional<Place> known(List<Answer> answers) {
    return answers.stream()
        .flatMap(answer -> answer.next().stream())
        .map(Place::parse)
        .min(Comparator.naturalOrder());
  }

  @Override
  public List<QueueEntry> show(MailId id) {
    return list(QueueFilter.of(id)).toList();
  }

  @Override
  public long count(QueueFilter filter) {
    return sum(Question.about(Topic.COUNT, filter));
  }

  @Override
  public long preview(Operation operation, QueueFilter filter) {
    return sum(Question.about(Topic.PREVIEW, filter, operation.name()));
  }

  @Override
  public long hold(QueueFilter filter) {
    return sum(Question.about(Topic.HOLD, filter));
  }

  @Override
  public long release(QueueFilter filter) {
    return sum(Question.about(Topic.RELEASE, filter));
  }

  @Override
  public long remove(QueueFilter filter) {
    return sum(Question.about(Topic.REMOVE, filter));
  }

  @Override
  public long bounce(QueueFilter filter, String reason) {
    return sum(Question.about(Topic.BOUNCE, filter, reason));
  }

  @Override
  public long move(QueueFilter filter, String lane) {
    return sum(Question.about(Topic.MOVE, filter, lane));
  }

  @Override
  public long retry(QueueFilter filter) {
    return sum(Question.about(Topic.RETRY, filter));
  }

  @Override
  public boolean pause(String destination) {
    return sum(Question.about(Topic.PAUSE, QueueFilter.all(), destination)) > 0;
  }

  @Override
  public boolean resume(String destination) {
    return sum(Question.about(Topic.RESUME, QueueFilter.all(), destination)) > 0;
  }

  @Override
  public long start(String domain, boolean subdomains) {
    return sum(Question.start(domain, subdomains));
  }

  @Override
  public List<WaitingMail> waiting(Optional<String> domain) {
    return all(Question.about(Topic.WAITING, QueueFilter.all(), domain.orElse(""))).stream()
        .flatMap(answer -> answer.waiting().stream())
        .sorted(Comparator.comparing(WaitingMail::domain).thenComparing(WaitingMail::lane))
        .toList();
  }

  /** Mails of a page, and behind which place there may be more. */
  private record Exported(List<QueuedMail> mails, Optional<String> next) {}

  @Override
  public Stream<QueuedMail> export(QueueFilter filter) {
    // What arrives from now on isn't meant.
    Instant now = Instant.now();
    QueueFilter meant =
        before(filter, filter.arrivedBefore().filter(now::isAfter).orElse(now));
    return Stream.iterate(
            Optional.of(exported(meant, Optional.empty())),
            Optional::isPresent,
            page -> page.flatMap(Exported::next).map(next -> exported(meant, Optional.of(next))))
        .flatMap(page -> page.orElseThrow().mails().stream());
  }

  private static QueueFilter before(QueueFilter filter, Instant end) {
    return new QueueFilter(
        filter.id(),
        filter.state(),
        filter.destination(),
        filter.sender(),
        filter.recipient(),
        Optional.of(end),
        filter.arrivedAfter(),
        filter.lastError(),
        filter.minSize(),
        filter.maxSize());
  }

  private Exported exported(QueueFilter filter, Optional<String> after) {
    Asked asked = ask(Question.page(Topic.KEPT, filter, after, EXPORT_PAGE));
    if (!asked.silent().isEmpty()) {
      throw new IllegalStateException("servers at the broker that didn't answer: "
          + String.join(", ", asked.silent()) + ". Their mail would be missing; try again");
    }
    Optional<Place> known = known(asked.answers());
    List<QueuedMail> mails = new ArrayList<>();
    asked.answers().stream()
        .flatMap(answer -> answer.kept().stream())
        .filter(kept ->
            known.map(place -> Place.parse(kept.place()).compareTo(place) <= 0).orElse(true))
        .sorted(Comparator.comparing(kept -> Place.parse(kept.place())))
        .forEach(kept -> {
          try {
            mails.add(restore.decode(kept.record()));
          } catch (DamagedRecordException e) {
            throw new IllegalStateException("a mail can't be read: " + e.getMessage(), e);
          }
        });
    return new Exported(mails, known.map(Place::toString));
  }

  @Override
  public boolean restore(QueuedMail mail) throws QueueException {
    Question question =
        Question.page(Topic.PAGE, QueueFilter.of(mail.mail().id()), Optional.empty(), MAX_PAGE);
    Asked asked = ask(question);
    if (!asked.silent().isEmpty()) {
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE,
          "servers at the broker that didn't answer: " + String.join(", ", asked.silent())
              + ". The mail may rest there already; try again");
    }
    Optional<String> lane = mail.route().map(Route::lane);
    boolean isThere = asked.answers().stream()
        .flatMap(answer -> answer.entries().stream())
        .anyMatch(placed -> placed.entry().lane().equals(lane));
    return !isThere && own.restore(mail);
  }

  @Override
  public Drained drain(Collection<String> domains, Transport through) throws InterruptedException {
    return drain.of(domains, through);
  }
}
