package org.mansio.server.processor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/**
 * One part of a mail on its way through the chain. A mailet's work on it counts as a whole or not at all: what it sends,
 * dispatches and changes is taken back when it throws, so that a mail that fails isn't handled twice for some of its
 * recipients. Used by one thread.
 */
final class ChainMail implements Mail {
  private final MailId id;
  private final Origin origin;
  private final Instant arrival;
  private final TraceLog trace;
  private final boolean simulated;
  private Envelope envelope;
  private Message message;
  private Attributes attributes;

  private String processor;
  private int position;
  private int attempts;
  private long generation;
  private int hops;
  private int failures;

  private String where = "";
  private Envelope envelopeBefore;
  private Message messageBefore;
  private Attributes attributesBefore;
  private final List<SpooledMail> sent = new ArrayList<>(0);
  private final List<Dispatch> dispatched = new ArrayList<>(1);

  private ChainMail(
      MailId id,
      Origin origin,
      Instant arrival,
      TraceLog trace,
      boolean simulated,
      Envelope envelope,
      Message message,
      Attributes attributes,
      String processor,
      int position) {
    this.id = id;
    this.origin = origin;
    this.arrival = arrival;
    this.trace = trace;
    this.simulated = simulated;
    this.envelope = envelope;
    this.message = message;
    this.attributes = attributes;
    this.processor = processor;
    this.position = position;
    this.envelopeBefore = envelope;
    this.messageBefore = message;
    this.attributesBefore = attributes;
  }

  static ChainMail of(SpooledMail mail, TraceLog trace, boolean simulated) {
    ChainMail result = new ChainMail(
        mail.id(),
        mail.origin(),
        mail.arrival(),
        trace,
        simulated,
        mail.envelope(),
        Message.of(mail.content()),
        mail.attributes(),
        mail.processor(),
        mail.position());
    result.attempts = mail.attempts();
    if (mail.attributes().values().get(ChainRun.GENERATION) instanceof AttributeValue.Whole whole) {
      result.generation = whole.value();
    }
    return result;
  }

  /** The part for some recipients, under another id, behind the mailet where it splits. */
  ChainMail splitOff(MailId partId, List<Recipient> recipients) {
    ChainMail part = new ChainMail(
        partId,
        origin,
        arrival,
        trace,
        simulated,
        envelope.withRecipients(recipients),
        message,
        attributes,
        processor,
        position + 1);
    part.generation = generation;
    part.hops = hops;
    part.failures = failures;
    return part;
  }

  // ---- where it is

  int position() {
    return position;
  }

  int attempts() {
    return attempts;
  }

  /** How many mails, sent by mailets one on the way of the other, it comes from. */
  long generation() {
    return generation;
  }

  int failures() {
    return failures;
  }

  void advance() {
    position++;
    attempts = 0;
  }

  /** Enters a processor; answers how many times it has changed the processor in this run. */
  int enter(String newProcessor) {
    processor = newProcessor;
    position = 0;
    attempts = 0;
    return ++hops;
  }

  /** Enters a processor because of a failure, whose reason stands in the attributes. */
  void enterFailed(String newProcessor, Attributes newAttributes) {
    attributes = newAttributes;
    enter(newProcessor);
    hops = 0;
    failures++;
  }

  /** At rest at its place, having waited once more. */
  SpooledMail atRest() {
    return spooled(envelope).at(processor, position, attempts + 1);
  }

  private SpooledMail spooled(Envelope newEnvelope) {
    return new SpooledMail(
        id,
        newEnvelope,
        message.content(),
        counted(attributes),
        origin,
        arrival,
        processor,
        position,
        attempts);
  }

  /** A mailet that takes all attributes away mustn't end the count. */
  private Attributes counted(Attributes given) {
    return generation == 0
        ? given
        : given.with(ChainRun.GENERATION, new AttributeValue.Whole(generation));
  }

  // ---- a mailet's work, as a whole or not at all

  void begin(String newWhere) {
    where = newWhere;
    envelopeBefore = envelope;
    messageBefore = message;
    attributesBefore = attributes;
    sent.clear();
    dispatched.clear();
  }

  void takeBack() {
    envelope = envelopeBefore;
    message = messageBefore;
    attributes = attributesBefore;
    sent.clear();
    dispatched.clear();
  }

  /** The recipients that the mailet under way, or the last one, was given. */
  List<Recipient> recipientsBefore() {
    return envelopeBefore.recipients();
  }

  List<SpooledMail> sent() {
    return sent;
  }

  List<Dispatch> dispatched() {
    return dispatched;
  }

  // ---- as mailets see it

  @Override
  public MailId id() {
    return id;
  }

  @Override
  public Envelope envelope() {
    return envelope;
  }

  @Override
  public void setEnvelope(Envelope envelope) {
    this.envelope = Objects.requireNonNull(envelope);
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public void setMessage(Message message) {
    this.message = Objects.requireNonNull(message);
  }

  @Override
  public Attributes attributes() {
    return attributes;
  }

  @Override
  public void setAttributes(Attributes attributes) {
    this.attributes = Objects.requireNonNull(attributes);
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public Instant arrival() {
    return arrival;
  }

  @Override
  public String processor() {
    return processor;
  }

  @Override
  public void send(SpooledMail mail) {
    sent.add(Objects.requireNonNull(mail));
  }

  @Override
  public void dispatch(Route route, Collection<Recipient> recipients) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("dispatched without recipients to " + route.lane());
    }
    dispatched.add(new Dispatch(spooled(envelope.withRecipients(List.copyOf(recipients))), route));
  }

  @Override
  public boolean isSimulated() {
    return simulated;
  }

  @Override
  public void note(String reason) {
    trace.record(TraceEvent.now(id, TraceEvent.Kind.NOTE, where, reason));
  }
}
