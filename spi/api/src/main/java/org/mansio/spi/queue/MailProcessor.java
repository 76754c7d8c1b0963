package org.mansio.spi.queue;

/** The chain as the queue sees it. Thread-safe. */
@FunctionalInterface
public interface MailProcessor {
  /**
   * Takes a mail through the chain. Never throws for what a mailet does: that ends in the error processor. An unchecked
   * exception from here makes the queue keep the mail and try again later.
   */
  ProcessingResult process(SpooledMail mail);
}
