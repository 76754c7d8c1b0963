package org.mansio.spi.queue;

import java.time.Duration;
import java.util.Optional;
import org.mansio.spi.mail.ContentWriter;

/** The durable queue: spool and outgoing. Thread-safe. */
public interface MailQueue {
  /** A place for the octets of a message that arrives; memory used for it is bounded. */
  ContentWriter newContent();

  /**
   * Puts a mail into the spool. When this returns, the mail survives kill -9 and power loss; only then may anybody be told
   * so (RFC 5321 §6.1). Blocks for the disk; many callers at once share one sync.
   *
   * @throws QueueException when it isn't durable; the caller answers for it, nothing was kept
   */
  void enqueue(SpooledMail mail) throws QueueException;

  /** Why the queue would refuse mail now, cheap enough to ask at MAIL; empty when it takes mail. */
  Optional<QueueException.Reason> refusal();

  /**
   * Opens the queue: recovers what is there and accepts mail.
   *
   * @throws QueueException when it can't be opened
   */
  void open() throws QueueException;

  /** Starts working mail off, after {@link #open}: spool through the chain, outgoing through the transports. */
  void start(MailProcessor chain, Transports transports);

  /** Finishes what is under way within {@code grace}, then closes; what isn't finished is there at the next start. */
  void close(Duration grace);

  /** The operator's view. */
  QueueControl control();
}
