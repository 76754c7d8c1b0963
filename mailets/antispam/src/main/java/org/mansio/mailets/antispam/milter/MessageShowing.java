package org.mansio.mailets.antispam.milter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Message;

/** Shows a milter a message from its first header field to its end. */
final class MessageShowing {
  private static final Reply.Decision GO_ON = new Reply.Continue();

  private final Dialogue dialogue;
  private final Subject subject;
  private final Message message;

  MessageShowing(Dialogue dialogue, Subject subject, Message message) {
    this.dialogue = dialogue;
    this.subject = subject;
    this.message = message;
  }

  /**
   * Shows it, until the milter has decided.
   *
   * @throws IOException when the milter failed
   * @throws UncheckedIOException when the message can't be read
   */
  Reply.Decision show(MailChanges changes) throws IOException {
    Reply.Decision decision = header(changes.headers());
    if (decision.equals(GO_ON)) {
      decision = dialogue.tell(Stage.END_OF_HEADER, subject, new Payload());
    }
    if (decision.equals(GO_ON) && dialogue.negotiation().wants(Stage.BODY)) {
      decision = body();
    }
    return decision.equals(GO_ON) ? dialogue.endMessage(subject, changes) : decision;
  }

  private Reply.Decision header(HeaderEdits headers) throws IOException {
    if (!dialogue.negotiation().wants(Stage.HEADER)) {
      return GO_ON;
    }
    for (HeaderField field : headers.visible()) {
      Payload data = new Payload().latin1(field.name()).latin1(value(field));
      Reply.Decision decision = dialogue.tell(Stage.HEADER, subject, data);
      if (decision instanceof Reply.Skip) {
        break;
      }
      if (!decision.equals(GO_ON)) {
        return decision;
      }
    }
    return GO_ON;
  }

  /** The value as libmilter documents it: folds with LF alone; the space behind the colon where the milter wants it. */
  private String value(HeaderField field) {
    String value = field.raw().substring(field.raw().indexOf(':') + 1).replace("\r\n", "\n");
    return value.startsWith(" ") && !dialogue.negotiation().keepsLeadingSpace()
        ? value.substring(1)
        : value;
  }

  private Reply.Decision body() throws IOException {
    try (InputStream body = open()) {
      for (byte[] chunk = read(body); chunk.length > 0; chunk = read(body)) {
        Reply.Decision decision = dialogue.tell(Stage.BODY, subject, new Payload().octets(chunk));
        if (decision instanceof Reply.Skip) {
          break;
        }
        if (!decision.equals(GO_ON)) {
          return decision;
        }
      }
    }
    return GO_ON;
  }

  private InputStream open() {
    try {
      return message.body();
    } catch (IOException e) {
      throw new UncheckedIOException("the message can't be read", e);
    }
  }

  private static byte[] read(InputStream body) {
    try {
      return body.readNBytes(MilterOptions.PACKET_SIZE);
    } catch (IOException e) {
      throw new UncheckedIOException("the message can't be read", e);
    }
  }
}
