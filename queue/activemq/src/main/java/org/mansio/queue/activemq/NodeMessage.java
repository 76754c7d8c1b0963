package org.mansio.queue.activemq;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import java.util.Optional;
import org.mansio.queue.log.Peers.Peer;

/**
 * What one server says to the others on the topic. The head, up to the kind, is the same in all versions, so that servers of
 * two versions know of each other and share the shards, though neither understands the other's questions.
 *
 * @param version of the server that says it
 * @param to the id of whom it is for; empty for all
 * @param about what a question and its answer have in common; empty for the other kinds
 * @param octets of a question, an answer or a reason; not to be changed
 */
record NodeMessage(int version, Kind kind, Peer from, String to, String about, byte[] octets) {
  /** Above the kinds, with which the messages of builds before there were versions begin. */
  static final int VERSION = 16;

  private static final byte[] NOTHING = {};

  /** The first three mean the same in all versions; new ones are put at the end. */
  enum Kind {
    GREETING,
    BEAT,
    LEAVING,
    QUESTION,
    ANSWER,
    /** The question can't be answered; the octets say why. */
    REFUSAL
  }

  /** One of this server's version. */
  static NodeMessage of(Kind kind, Peer from, String to, String about, byte[] octets) {
    return new NodeMessage(VERSION, kind, from, to, about, octets);
  }

  /** One to all that says nothing but its kind. */
  static NodeMessage of(Kind kind, Peer from) {
    return of(kind, from, "", "", NOTHING);
  }

  boolean isUnderstood() {
    return version == VERSION;
  }

  /** @param message empty as yet */
  void write(BytesMessage message) throws JMSException {
    message.writeByte((byte) version);
    message.writeUTF(from.id());
    message.writeUTF(from.name());
    message.writeByte((byte) kind.ordinal());
    message.writeUTF(to);
    message.writeUTF(about);
    message.writeInt(octets.length);
    message.writeBytes(octets);
  }

  /**
   * Reads one.
   *
   * @return of another version, only from whom it is, and whether that one comes or leaves; empty when it isn't one at all
   */
  static Optional<NodeMessage> read(BytesMessage message) {
    try {
      int version = message.readUnsignedByte();
      if (version < VERSION) {
        return Optional.empty();
      }
      Peer from = new Peer(message.readUTF(), message.readUTF());
      int kind = message.readUnsignedByte();
      if (version != VERSION) {
        Kind known = kind <= Kind.LEAVING.ordinal() ? Kind.values()[kind] : Kind.BEAT;
        return Optional.of(new NodeMessage(version, known, from, "", "", NOTHING));
      }
      String to = message.readUTF();
      String about = message.readUTF();
      int length = message.readInt();
      if (kind >= Kind.values().length || length < 0 || length > message.getBodyLength()) {
        return Optional.empty();
      }
      byte[] octets = new byte[length];
      return length == 0 || message.readBytes(octets) == length
          ? Optional.of(new NodeMessage(version, Kind.values()[kind], from, to, about, octets))
          : Optional.empty();
    } catch (JMSException e) {
      // It ends too early, or isn't text where text should be.
      return Optional.empty();
    }
  }
}
