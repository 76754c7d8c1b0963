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
import org.mansio.spi.queue.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's view of all servers that share a queue: what is asked of one is asked of all, each acts on the entries that
 * it holds, and the answers are put together. Only exporting, restoring and draining, which need the mail itself or a
 * connection, see just this server's entries. Thread-safe.
 */
final class SharedControl implements QueueControl {
  private static final Logger LOG = LoggerFactory.getLogger(SharedControl.class);

  private final OutgoingControl own;
  private final Peers peers;

  SharedControl(OutgoingControl own, Peers peers) {
    this.own = own;
    this.peers = peers;
    peers.answerWith(this::answer);
  }

  private byte[] answer(byte[] octets) {
    try {
      return ControlCodec.encode(answer(ControlCodec.decodeQuestion(octets)));
    } catch (DamagedRecordException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private Answer answer(Question question) {
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
    };
  }

  /** This server's answer, then those of the others. */
  private List<Answer> all(Question question) {
    // First here: what can't be done at all is refused before anybody is asked.
    List<Answer> answers = new ArrayList<>(List.of(answer(question)));
    for (byte[] octets : peers.ask(ControlCodec.encode(question))) {
      try {
        answers.add(ControlCodec.decodeAnswer(octets));
      } catch (DamagedRecordException e) {
        LOG.warn("Another server's answer can't be read: {}", e.getMessage());
      }
    }
    return answers;
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
    List<Answer> answers = all(new Question(Topic.PAGE, filter, "", false, after, limit));
    // Behind the place where one of them stopped it may have more, so that nothing of the others
    // counts that is behind it.
    Optional<Place> known = answers.stream()
        .flatMap(answer -> answer.next().stream())
        .map(Place::parse)
        .min(Comparator.naturalOrder());
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
    return sum(
        new Question(Topic.START, QueueFilter.all(), domain, subdomains, Optional.empty(), 1));
  }

  @Override
  public List<WaitingMail> waiting(Optional<String> domain) {
    return all(Question.about(Topic.WAITING, QueueFilter.all(), domain.orElse(""))).stream()
        .flatMap(answer -> answer.waiting().stream())
        .sorted(Comparator.comparing(WaitingMail::domain).thenComparing(WaitingMail::lane))
        .toList();
  }

  @Override
  public Stream<QueuedMail> export(QueueFilter filter) {
    return own.export(filter);
  }

  @Override
  public boolean restore(QueuedMail mail) throws QueueException {
    return own.restore(mail);
  }

  @Override
  public Drained drain(Collection<String> domains, Transport through) throws InterruptedException {
    return own.drain(domains, through);
  }
}
