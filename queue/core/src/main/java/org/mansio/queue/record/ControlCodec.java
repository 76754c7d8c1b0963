package org.mansio.queue.record;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.RecipientResult;

/**
 * Questions and answers of servers that share a queue, as octets; all of one version speak alike. Whatever changes here gets the
 * next version, so that a server of another one is named instead of misunderstood.
 */
public final class ControlCodec {
  /** 1 was used twice, without and with records and reports. */
  private static final int VERSION = 2;

  private static final int DELIVERED = 1;
  private static final int DEFERRED = 2;
  private static final int FAILED = 3;

  private ControlCodec() {}

  public static byte[] encode(Question question) {
    RecordOutput out = new RecordOutput().octet(VERSION).text(question.topic().name());
    write(out, question.filter());
    return out.text(question.text())
        .flag(question.flag())
        .optional(question.after(), RecordOutput::text)
        .number(question.limit())
        .octets(question.record())
        .octets();
  }

  /** @throws DamagedRecordException also when another version wrote it */
  public static Question decodeQuestion(byte[] octets) throws DamagedRecordException {
    RecordInput in = begin(octets);
    Question question = new Question(
        constant(in, Question.Topic.class),
        filter(in),
        in.text(),
        in.flag(),
        in.optional(RecordInput::text),
        in.integer(),
        in.octets());
    in.end();
    return question;
  }

  public static byte[] encode(Answer answer) {
    return new RecordOutput()
        .octet(VERSION)
        .number(answer.number())
        .list(answer.counts(), ControlCodec::write)
        .list(answer.lanes(), ControlCodec::write)
        .list(answer.entries(), (out, placed) -> write(out.text(placed.place()), placed.entry()))
        .optional(answer.next(), RecordOutput::text)
        .list(answer.waiting(), ControlCodec::write)
        .list(answer.kept(), (out, kept) -> out.text(kept.place()).octets(kept.record()))
        .optional(answer.report(), ControlCodec::write)
        .octets();
  }

  /** @throws DamagedRecordException also when another version wrote it */
  public static Answer decodeAnswer(byte[] octets) throws DamagedRecordException {
    RecordInput in = begin(octets);
    Answer answer = new Answer(
        in.number(),
        in.list(ControlCodec::count),
        in.list(ControlCodec::lane),
        in.list(part -> new Answer.Placed(part.text(), entry(part))),
        in.optional(RecordInput::text),
        in.list(ControlCodec::waiting),
        in.list(part -> new Answer.Kept(part.text(), part.octets())),
        in.optional(ControlCodec::report));
    in.end();
    return answer;
  }

  private static RecordInput begin(byte[] octets) throws DamagedRecordException {
    RecordInput in = new RecordInput(octets);
    int version = in.octet();
    if (version != VERSION) {
      throw new DamagedRecordException("another server speaks version " + version);
    }
    return in;
  }

  private static <E extends Enum<E>> E constant(RecordInput in, Class<E> type)
      throws DamagedRecordException {
    try {
      return in.constant(type);
    } catch (IllegalArgumentException e) {
      throw new DamagedRecordException("no such " + type.getSimpleName());
    }
  }

  private static void write(RecordOutput out, QueueFilter filter) {
    out.optional(filter.id(), (o, id) -> o.text(id.value()))
        .optional(filter.state(), (o, state) -> o.text(state.name()))
        .optional(filter.destination(), RecordOutput::text)
        .optional(filter.sender(), RecordOutput::text)
        .optional(filter.recipient(), RecordOutput::text)
        .optional(filter.arrivedBefore(), RecordOutput::instant)
        .optional(filter.arrivedAfter(), RecordOutput::instant)
        .optional(filter.lastError(), RecordOutput::text);
    write(out, filter.minSize());
    write(out, filter.maxSize());
  }

  private static void write(RecordOutput out, OptionalLong size) {
    out.flag(size.isPresent()).number(size.orElse(0));
  }

  private static QueueFilter filter(RecordInput in) throws DamagedRecordException {
    return new QueueFilter(
        in.optional(part -> new MailId(part.text())),
        in.optional(part -> constant(part, QueueEntry.State.class)),
        in.optional(RecordInput::text),
        in.optional(RecordInput::text),
        in.optional(RecordInput::text),
        in.optional(RecordInput::instant),
        in.optional(RecordInput::instant),
        in.optional(RecordInput::text),
        size(in),
        size(in));
  }

  private static OptionalLong size(RecordInput in) throws DamagedRecordException {
    boolean present = in.flag();
    long size = in.number();
    return present ? OptionalLong.of(size) : OptionalLong.empty();
  }

  private static void write(RecordOutput out, QueueControl.StateCount count) {
    out.text(count.state().name())
        .number(count.count())
        .optional(count.oldestArrival(), RecordOutput::instant);
  }

  private static QueueControl.StateCount count(RecordInput in) throws DamagedRecordException {
    return new QueueControl.StateCount(
        constant(in, QueueEntry.State.class), in.number(), in.optional(RecordInput::instant));
  }

  private static void write(RecordOutput out, QueueControl.LaneStatus lane) {
    out.text(lane.lane())
        .number(lane.ready())
        .number(lane.active())
        .number(lane.deferred())
        .number(lane.waiting())
        .number(lane.held())
        .flag(lane.paused())
        .optional(lane.oldestArrival(), RecordOutput::instant)
        .optional(lane.lastError(), RecordOutput::text)
        .optional(lane.backOffUntil(), RecordOutput::instant)
        .number(lane.concurrency())
        .list(lane.rates(), ControlCodec::write)
        .optional(lane.hindrance(), ControlCodec::write);
  }

  private static void write(RecordOutput out, QueueControl.RateLimit rate) {
    out.text(rate.kind().name()).number(rate.count()).number(rate.period().toNanos());
  }

  private static void write(RecordOutput out, QueueControl.Hindrance hindrance) {
    out.text(hindrance.cause().name()).optional(hindrance.until(), RecordOutput::instant);
  }

  private static QueueControl.LaneStatus lane(RecordInput in) throws DamagedRecordException {
    return new QueueControl.LaneStatus(
        in.text(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.flag(),
        in.optional(RecordInput::instant),
        in.optional(RecordInput::text),
        in.optional(RecordInput::instant),
        in.integer(),
        in.list(ControlCodec::rate),
        in.optional(ControlCodec::hindrance));
  }

  private static QueueControl.RateLimit rate(RecordInput in) throws DamagedRecordException {
    return new QueueControl.RateLimit(
        constant(in, QueueControl.RateLimit.Kind.class),
        in.number(),
        Duration.ofNanos(in.number()));
  }

  private static QueueControl.Hindrance hindrance(RecordInput in) throws DamagedRecordException {
    return new QueueControl.Hindrance(
        constant(in, QueueControl.Hindrance.Cause.class), in.optional(RecordInput::instant));
  }

  private static void write(RecordOutput out, QueueEntry entry) {
    out.text(entry.id().value())
        .text(entry.state().name())
        .optional(entry.sender(), MailCodec::writeAddress)
        .list(entry.recipients(), MailCodec::writeAddress)
        .optional(entry.lane(), RecordOutput::text)
        .number(entry.size())
        .instant(entry.arrival())
        .number(entry.attempts())
        .optional(entry.nextAttempt(), RecordOutput::instant)
        .optional(entry.lastError(), RecordOutput::text)
        .optional(entry.lastStatus(), MailCodec::writeStatus);
  }

  private static QueueEntry entry(RecordInput in) throws DamagedRecordException {
    return new QueueEntry(
        new MailId(in.text()),
        constant(in, QueueEntry.State.class),
        in.optional(MailCodec::readAddress),
        in.list(MailCodec::readAddress),
        in.optional(RecordInput::text),
        in.number(),
        in.instant(),
        in.integer(),
        in.optional(RecordInput::instant),
        in.optional(RecordInput::text),
        in.optional(MailCodec::readStatus));
  }

  private static void write(RecordOutput out, QueueControl.WaitingMail mail) {
    out.text(mail.domain())
        .text(mail.lane())
        .number(mail.count())
        .number(mail.octets())
        .instant(mail.oldestArrival());
  }

  private static QueueControl.WaitingMail waiting(RecordInput in) throws DamagedRecordException {
    return new QueueControl.WaitingMail(
        in.text(), in.text(), in.number(), in.number(), in.instant());
  }

  private static void write(RecordOutput out, DeliveryReport report) {
    out.list(report.results().entrySet(), (o, entry) -> {
          MailCodec.writeRecipient(o, entry.getKey());
          write(o, entry.getValue());
        })
        .flag(report.laneDown())
        .number(report.connections());
  }

  private static DeliveryReport report(RecordInput in) throws DamagedRecordException {
    Map<Recipient, RecipientResult> results = new LinkedHashMap<>();
    int count = in.size();
    for (int i = 0; i < count; i++) {
      results.put(MailCodec.readRecipient(in), result(in));
    }
    return new DeliveryReport(results, in.flag(), in.integer());
  }

  private static void write(RecordOutput out, RecipientResult result) {
    switch (result) {
      case RecipientResult.Delivered delivered ->
        out.octet(DELIVERED).flag(delivered.dsnRelayed()).flag(delivered.finalDelivery());
      case RecipientResult.Deferred deferred -> out.octet(DEFERRED);
      case RecipientResult.Failed failed -> out.octet(FAILED);
    }
    out.number(result.status().statusClass())
        .number(result.status().subject())
        .number(result.status().detail())
        .optional(result.remoteMta(), RecordOutput::text)
        .text(result.diagnostic());
  }

  private static RecipientResult result(RecordInput in) throws DamagedRecordException {
    int kind = in.octet();
    boolean dsnRelayed = kind == DELIVERED && in.flag();
    boolean finalDelivery = kind == DELIVERED && in.flag();
    EnhancedStatus status = new EnhancedStatus(in.integer(), in.integer(), in.integer());
    Optional<String> remoteMta = in.optional(RecordInput::text);
    String diagnostic = in.text();
    return switch (kind) {
      case DELIVERED ->
        new RecipientResult.Delivered(status, remoteMta, diagnostic, dsnRelayed, finalDelivery);
      case DEFERRED -> new RecipientResult.Deferred(status, remoteMta, diagnostic);
      case FAILED -> new RecipientResult.Failed(status, remoteMta, diagnostic);
      default -> throw new DamagedRecordException("unknown kind of result: " + kind);
    };
  }
}
