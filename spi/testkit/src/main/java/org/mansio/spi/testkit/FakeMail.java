package org.mansio.spi.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

/**
 * A mail for the test of a mailet or matcher: give it what matters, look at what became of it. Not thread-safe.
 *
 * <pre>{@code
 * FakeMail mail = FakeMail.from("alice@example.org").to("bob@example.net").text("Subject: hello\n\nBody\n");
 * }</pre>
 */
public final class FakeMail implements Mail {
  private final MailId id = MailId.next();
  private final List<SpooledMail> sent = new ArrayList<>();
  private final List<Dispatch> dispatched = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private Envelope envelope;
  private Message message = Message.of("Subject: test\n\nText of a test.\n");
  private Attributes attributes = Attributes.none();
  private Origin origin = Origin.local();
  private Instant arrival = Instant.now();
  private String processor = SpooledMail.ROOT;
  private boolean simulated;

  private FakeMail(Envelope envelope) {
    this.envelope = envelope;
  }

  /** A mail with that reverse-path; an empty text is the null reverse-path. */
  public static FakeMail from(String sender) {
    return new FakeMail(Envelope.of(sender));
  }

  /** A mail with that envelope. */
  public static FakeMail of(Envelope envelope) {
    return new FakeMail(envelope);
  }

  public FakeMail to(String... recipients) {
    return to(java.util.Arrays.stream(recipients).map(Recipient::of).toArray(Recipient[]::new));
  }

  public FakeMail to(Recipient... recipients) {
    List<Recipient> all = new ArrayList<>(envelope.recipients());
    all.addAll(List.of(recipients));
    envelope = envelope.withRecipients(all);
    return this;
  }

  /** The whole message; line ends become CR LF. */
  public FakeMail text(String message) {
    this.message = Message.of(message);
    return this;
  }

  public FakeMail message(Message newMessage) {
    this.message = newMessage;
    return this;
  }

  public FakeMail attribute(String name, String value) {
    attributes = attributes.with(name, value);
    return this;
  }

  public FakeMail origin(Origin newOrigin) {
    this.origin = newOrigin;
    return this;
  }

  public FakeMail arrived(Instant when) {
    this.arrival = when;
    return this;
  }

  public FakeMail in(String newProcessor) {
    this.processor = newProcessor;
    return this;
  }

  /** In a simulation. */
  public FakeMail simulated() {
    this.simulated = true;
    return this;
  }

  /** The mails that were sent from this one, in order. */
  public List<SpooledMail> sent() {
    return List.copyOf(sent);
  }

  /** The deliveries it was handed to, in order. */
  public List<Dispatch> dispatched() {
    return List.copyOf(dispatched);
  }

  /** The remarks left in its trace. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** The addresses of its recipients as texts. */
  public List<String> addresses() {
    return envelope.recipients().stream().map(Recipient::toString).toList();
  }

  @Override
  public MailId id() {
    return id;
  }

  @Override
  public Envelope envelope() {
    return envelope;
  }

  @Override
  public void setEnvelope(Envelope newEnvelope) {
    this.envelope = newEnvelope;
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public void setMessage(Message newMessage) {
    this.message = newMessage;
  }

  @Override
  public Attributes attributes() {
    return attributes;
  }

  @Override
  public void setAttributes(Attributes newAttributes) {
    this.attributes = newAttributes;
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
  public boolean isSimulated() {
    return simulated;
  }

  @Override
  public void send(SpooledMail mail) {
    sent.add(mail);
  }

  @Override
  public void dispatch(Route route, Collection<Recipient> recipients) {
    dispatched.add(new Dispatch(
        spooled().withEnvelope(envelope.withRecipients(List.copyOf(recipients))), route));
  }

  @Override
  public void note(String reason) {
    notes.add(reason);
  }

  /** The mail as the spool would hold it. */
  public SpooledMail spooled() {
    return new SpooledMail(
        id, envelope, message.content(), attributes, origin, arrival, processor, 0, 0);
  }
}
