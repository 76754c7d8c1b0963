package org.mansio.mailets.antispam.milter;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.Message;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a milter makes of a mail: gathered while it decides, applied once it has taken the mail. Memory is bounded: a new body
 * goes to the queue's storage. For one message; not thread-safe.
 */
final class MailChanges implements Dialogue.Changes, Closeable {
  private static final Logger log = LoggerFactory.getLogger(MailChanges.class);
  private static final int MAX_REASON = 500;

  private final SpooledMail mail;
  private final Negotiation negotiation;
  private final MailQueue queue;
  private final HeaderEdits headers;
  private final EnvelopeEdits envelope;
  private @Nullable BodyReplacement body;
  private @Nullable String quarantine;

  MailChanges(SpooledMail mail, Headers headers, Negotiation negotiation, MailQueue queue) {
    this.mail = mail;
    this.negotiation = negotiation;
    this.queue = queue;
    this.headers = new HeaderEdits(headers, mail.id(), negotiation.keepsLeadingSpace());
    this.envelope = new EnvelopeEdits(mail.envelope());
  }

  HeaderEdits headers() {
    return headers;
  }

  @Override
  public void take(Modification modification) throws IOException {
    boolean done = switch (modification) {
      case Modification.AddHeader(String name, String value) -> headers.add(name, value);
      case Modification.InsertHeader(int index, String name, String value) ->
        headers.insert(index, name, value);
      case Modification.ChangeHeader(int index, String name, String value) ->
        headers.change(index, name, value);
      case Modification.ReplaceBody(byte[] octets) -> replaceBody(octets);
      case Modification.AddRecipient(String path, Optional<String> parameters) ->
        envelope.add(path, parameters);
      case Modification.DeleteRecipient(String path) -> envelope.delete(path);
      case Modification.ChangeSender(String path, Optional<String> parameters) ->
        envelope.changeSender(path, parameters);
      case Modification.Quarantine(String reason) -> quarantine(reason);
    };
    if (!done) {
      log.warn(
          "{}: a milter's change makes no sense and is passed over: {}", mail.id(), modification);
    }
  }

  private boolean replaceBody(byte[] octets) throws IOException {
    if (!negotiation.allows(Negotiation.REPLACE_BODY)) {
      throw new MilterException("replaces the body without having asked for it");
    }
    BodyReplacement open = body;
    if (open == null) {
      open =
          new BodyReplacement(queue.newContent(), mail.envelope().body() == BodyType.BINARY_MIME);
      body = open;
    }
    try {
      open.append(octets);
    } catch (MilterException e) {
      throw e;
    } catch (IOException e) {
      // Not the milter's fault.
      throw new UncheckedIOException("a new body can't be stored", e);
    }
    return true;
  }

  private boolean quarantine(String reason) {
    quarantine = quarantineReason(reason);
    return true;
  }

  /** A reason as an attribute holds it: one line, not too long. */
  static String quarantineReason(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.isEmpty()
        ? "no reason given"
        : line.substring(0, Math.min(line.length(), MAX_REASON));
  }

  /** The mail with all changes; without any, no opinion. */
  Verdict verdict() {
    List<String> done = new ArrayList<>();
    try {
      SpooledMail changed = mail.withEnvelope(changedEnvelope(done)).withContent(content(done));
      if (quarantine != null) {
        done.add("quarantine: " + quarantine);
        changed =
            changed.withAttributes(changed.attributes().with(Attributes.QUARANTINE, quarantine));
      }
      if (done.isEmpty()) {
        return Verdict.decline();
      }
      Optional<ContentWriter> writer = Optional.ofNullable(body).map(BodyReplacement::writer);
      body = null;
      return new Verdict.Changed(changed, String.join(", ", done), writer);
    } catch (IOException e) {
      throw new UncheckedIOException("a changed mail can't be stored", e);
    }
  }

  private Envelope changedEnvelope(List<String> done) {
    Envelope changed = envelope.envelope();
    if (envelope.edited()) {
      done.add("envelope");
    }
    boolean eightBit = headers.eightBit() || body != null && body.eightBit();
    // The next hop has to know.
    return eightBit && changed.body() == BodyType.SEVEN_BIT
        ? changed.withBody(BodyType.EIGHT_BIT_MIME)
        : changed;
  }

  private Content content(List<String> done) throws IOException {
    BodyReplacement replacement = body;
    if (headers.edited()) {
      done.add("header fields");
    }
    if (replacement != null) {
      done.add("body");
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      head.writeBytes(headers.headers().octets());
      head.writeBytes(new byte[] {'\r', '\n'});
      return Content.prepend(head.toByteArray(), replacement.finish(), 0);
    }
    return headers.edited()
        ? Message.of(mail.content()).withHeaders(headers.headers()).content()
        : mail.content();
  }

  /** Lets go of a new body that nobody took. */
  @Override
  public void close() {
    if (body != null) {
      body.close();
    }
  }
}
