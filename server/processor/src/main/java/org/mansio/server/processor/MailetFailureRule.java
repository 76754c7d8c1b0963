package org.mansio.server.processor;

/** What becomes of a mail when a mailet throws: {@code onMailetException}. */
sealed interface MailetFailureRule {
  /** On to a processor, with the exception in the mail's attributes. */
  record ToProcessor(String processor) implements MailetFailureRule {}

  /** On to the next mailet, as if this one weren't there. */
  record Ignore() implements MailetFailureRule {}

  /** It stays and is tried again later. */
  record Propagate() implements MailetFailureRule {}
}
