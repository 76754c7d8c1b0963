package org.mansio.mailets.antispam.milter;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.smtp.SmtpReply;

/** What a milter answers ({@code SMFIR_*}). */
sealed interface Reply {
  /** An answer: nothing else follows. */
  sealed interface Decision extends Reply {}

  /** Goes on; at the end of a message: takes it. */
  record Continue() implements Decision {}

  /** Takes the message, or the whole connection, without looking further. */
  record Accept() implements Decision {}

  /** Refuses. */
  record Reject() implements Decision {}

  /** Refuses for now. */
  record TemporaryFailure() implements Decision {}

  /** Refuses in its own words. @param reply 4xx or 5xx */
  record Refusal(SmtpReply reply) implements Decision {}

  /** Takes the message and wants it dropped. */
  record Discard() implements Decision {}

  /** Needs no more of the kind. */
  record Skip() implements Decision {}

  /** Wants the connection ended with 421. */
  record Shutdown() implements Decision {}

  /** Says that it failed. */
  record ConnectionFailure() implements Decision {}

  /** Is still at work. */
  record Progress() implements Reply {}

  /** Changes the mail; more replies follow. */
  record Change(Modification modification) implements Reply {}

  /** Reads a packet. @throws MilterException when it isn't a reply, or malformed */
  static Reply of(Packet packet) throws MilterException {
    PayloadReader data = new PayloadReader(packet);
    Reply reply = switch (packet.code()) {
      case 'c' -> new Continue();
      case 'a' -> new Accept();
      case 'r' -> new Reject();
      case 't' -> new TemporaryFailure();
      case 'y' -> new Refusal(RefusalText.parse(data.latin1()));
      case 'd' -> new Discard();
      case 's' -> new Skip();
      case '4' -> new Shutdown();
      case 'f' -> new ConnectionFailure();
      case 'p' -> new Progress();
      case 'h' -> new Change(new Modification.AddHeader(data.latin1(), data.latin1()));
      case 'i' ->
        new Change(new Modification.InsertHeader(data.uint32(), data.latin1(), data.latin1()));
      case 'm' ->
        new Change(new Modification.ChangeHeader(data.uint32(), data.latin1(), data.latin1()));
      case 'b' -> new Change(new Modification.ReplaceBody(packet.data()));
      case '+' -> new Change(new Modification.AddRecipient(data.text(), Optional.empty()));
      case '2' -> new Change(new Modification.AddRecipient(data.text(), parameters(data)));
      case '-' -> new Change(new Modification.DeleteRecipient(data.text()));
      case 'e' -> new Change(new Modification.ChangeSender(data.text(), parameters(data)));
      case 'q' -> new Change(new Modification.Quarantine(data.text()));
      default -> throw new MilterException("sent " + packet + ", which the protocol doesn't have");
    };
    if (packet.code() != 'b') {
      data.end();
    }
    return reply;
  }

  private static Optional<String> parameters(PayloadReader data) throws MilterException {
    List<String> texts = data.texts();
    return texts.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(" ", texts)).filter(it -> !it.isBlank());
  }
}
