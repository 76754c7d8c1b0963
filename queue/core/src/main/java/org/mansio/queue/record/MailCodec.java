package org.mansio.queue.record;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mansio.queue.blob.BlobSlice;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.blob.QueuedContent;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.SpooledMail;

/** The part of a record that is a mail. */
final class MailCodec {
  private static final int TEXT = 1;
  private static final int WHOLE = 2;
  private static final int FLAG = 3;
  private static final int TEXTS = 4;

  private final BlobStore blobs;

  MailCodec(BlobStore blobs) {
    this.blobs = blobs;
  }

  void write(RecordOutput out, SpooledMail mail) {
    out.text(mail.id().value());
    writeEnvelope(out, mail.envelope());
    out.list(
        new TreeMap<>(mail.attributes().values()).entrySet(),
        (o, e) -> writeAttribute(o, e.getKey(), e.getValue()));
    writeOrigin(out, mail.origin());
    out.instant(mail.arrival())
        .text(mail.processor())
        .number(mail.position())
        .number(mail.attempts());
    writeContent(out, mail.content());
  }

  SpooledMail read(RecordInput in) throws DamagedRecordException {
    MailId id = new MailId(in.text());
    Envelope envelope = readEnvelope(in);
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    int count = in.size();
    for (int i = 0; i < count; i++) {
      attributes.put(in.text(), readAttribute(in));
    }
    Origin origin = readOrigin(in);
    SpooledMail mail = new SpooledMail(
        id,
        envelope,
        Content.of(new byte[0]),
        new Attributes(attributes),
        origin,
        in.instant(),
        in.text(),
        in.integer(),
        in.integer());
    return mail.withContent(readContent(in));
  }

  private static void writeEnvelope(RecordOutput out, Envelope envelope) {
    out.optional(envelope.sender(), MailCodec::writeAddress);
    out.list(envelope.recipients(), MailCodec::writeRecipient);
    out.text(envelope.body().name()).flag(envelope.smtpUtf8());
    out.optional(envelope.returnContent(), (o, value) -> o.text(value.name()));
    out.optional(envelope.envelopeId(), RecordOutput::text);
    out.list(
        new TreeMap<>(envelope.parameters()).entrySet(),
        (o, e) -> o.text(e.getKey()).text(e.getValue()));
  }

  private static Envelope readEnvelope(RecordInput in) throws DamagedRecordException {
    Optional<MailAddress> sender = in.optional(MailCodec::readAddress);
    List<Recipient> recipients = in.list(MailCodec::readRecipient);
    BodyType body = in.constant(BodyType.class);
    boolean smtpUtf8 = in.flag();
    Optional<Envelope.ReturnContent> returnContent =
        in.optional(i -> i.constant(Envelope.ReturnContent.class));
    Optional<String> envelopeId = in.optional(RecordInput::text);
    Map<String, String> parameters = new LinkedHashMap<>();
    int count = in.size();
    for (int i = 0; i < count; i++) {
      parameters.put(in.text(), in.text());
    }
    return new Envelope(sender, recipients, body, smtpUtf8, returnContent, envelopeId, parameters);
  }

  static void writeAddress(RecordOutput out, MailAddress address) {
    out.text(address.localPart()).text(address.domain());
  }

  static MailAddress readAddress(RecordInput in) throws DamagedRecordException {
    return new MailAddress(in.text(), in.text());
  }

  static void writeRecipient(RecordOutput out, Recipient recipient) {
    writeAddress(out, recipient.address());
    out.list(recipient.notifyOn().stream().sorted().toList(), (o, value) -> o.text(value.name()));
    out.optional(recipient.originalRecipient(), RecordOutput::text);
    out.optional(recipient.status(), MailCodec::writeStatus);
  }

  static Recipient readRecipient(RecordInput in) throws DamagedRecordException {
    return new Recipient(
        readAddress(in),
        new HashSet<>(in.list(i -> i.constant(Recipient.Notify.class))),
        in.optional(RecordInput::text),
        in.optional(MailCodec::readStatus));
  }

  static void writeStatus(RecordOutput out, RecipientStatus status) {
    out.text(status.action().name());
    out.number(status.status().statusClass())
        .number(status.status().subject())
        .number(status.status().detail());
    out.optional(status.remoteMta(), RecordOutput::text);
    out.text(status.diagnostic()).instant(status.at());
  }

  static RecipientStatus readStatus(RecordInput in) throws DamagedRecordException {
    return new RecipientStatus(
        in.constant(RecipientStatus.Action.class),
        new EnhancedStatus(in.integer(), in.integer(), in.integer()),
        in.optional(RecordInput::text),
        in.text(),
        in.instant());
  }

  private static void writeAttribute(RecordOutput out, String name, AttributeValue value) {
    out.text(name);
    switch (value) {
      case AttributeValue.Text text -> out.octet(TEXT).text(text.value());
      case AttributeValue.Whole whole -> out.octet(WHOLE).number(whole.value());
      case AttributeValue.Flag flag -> out.octet(FLAG).flag(flag.value());
      case AttributeValue.Texts texts -> out.octet(TEXTS).list(texts.values(), RecordOutput::text);
    }
  }

  private static AttributeValue readAttribute(RecordInput in) throws DamagedRecordException {
    int type = in.octet();
    return switch (type) {
      case TEXT -> new AttributeValue.Text(in.text());
      case WHOLE -> new AttributeValue.Whole(in.number());
      case FLAG -> new AttributeValue.Flag(in.flag());
      case TEXTS -> new AttributeValue.Texts(in.list(RecordInput::text));
      default -> throw new DamagedRecordException("unknown type of attribute: " + type);
    };
  }

  private static void writeOrigin(RecordOutput out, Origin origin) {
    out.text(origin.listener()).text(origin.protocol());
    List.of(
            origin.remoteAddress(),
            origin.remoteHost(),
            origin.helo(),
            origin.authenticatedUser(),
            origin.tls())
        .forEach(part -> out.optional(part, RecordOutput::text));
  }

  private static Origin readOrigin(RecordInput in) throws DamagedRecordException {
    return new Origin(
        in.text(),
        in.text(),
        in.optional(RecordInput::text),
        in.optional(RecordInput::text),
        in.optional(RecordInput::text),
        in.optional(RecordInput::text),
        in.optional(RecordInput::text));
  }

  private static void writeContent(RecordOutput out, Content content) {
    if (!(content instanceof QueuedContent queued)) {
      throw new IllegalArgumentException("content that isn't durable: " + content.getClass());
    }
    out.octets(queued.head());
    out.optional(
        queued.tail(),
        (o, slice) -> o.text(slice.name()).number(slice.offset()).number(slice.length()));
  }

  private Content readContent(RecordInput in) throws DamagedRecordException {
    byte[] head = in.octets();
    Optional<BlobSlice> tail = in.optional(i -> new BlobSlice(i.text(), i.number(), i.number()));
    return new QueuedContent(head, tail, blobs);
  }
}
