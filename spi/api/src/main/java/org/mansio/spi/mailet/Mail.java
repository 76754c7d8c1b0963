package org.mansio.spi.mailet;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/**
 * The mail that a mailet has before it: the only thing in the chain that changes, by replacing its parts. Used by one
 * thread at a time; not to be kept after {@link Mailet#service} returns.
 */
public interface Mail {
  MailId id();

  Envelope envelope();

  /** Replaces the envelope; taking recipients out drops them, so say why with {@link #note}. */
  void setEnvelope(Envelope envelope);

  /** The reverse-path; empty for {@code <>}. */
  default Optional<MailAddress> sender() {
    return envelope().sender();
  }

  default List<Recipient> recipients() {
    return envelope().recipients();
  }

  default void setRecipients(List<Recipient> recipients) {
    setEnvelope(envelope().withRecipients(recipients));
  }

  Message message();

  void setMessage(Message message);

  Attributes attributes();

  void setAttributes(Attributes attributes);

  Origin origin();

  /** When the mail was accepted. */
  Instant arrival();

  /** The processor that it is in. */
  String processor();

  /**
   * Puts a new mail into the spool. It becomes durable together with the end of this mail's way through the chain: after a
   * crash either both happened or neither.
   */
  void send(SpooledMail mail);

  /**
   * Hands the given recipients to a delivery. Durable in the same way as {@link #send}. The mailet normally returns {@link
   * Outcome#dispatched} afterwards, or takes these recipients out of the mail and returns {@link Outcome#next}.
   */
  void dispatch(Route route, Collection<Recipient> recipients);

  /**
   * Whether this is a simulation, in which nothing may happen but to this mail. What {@link #send}, {@link #dispatch} and
   * {@link #note} take is shown and nothing else. Only mailets whose factory says so run in one: {@link
   * MailetFactory#runsInSimulation}.
   */
  default boolean isSimulated() {
    return false;
  }

  /** Leaves a sentence in the mail's trace: why it goes this way. One line; no secrets. */
  void note(String reason);
}
