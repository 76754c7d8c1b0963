package org.mansio.server.processor;

/** What becomes of a mail when a matcher throws: {@code onMatchException}. */
sealed interface MatchFailureRule {
  /** On to a processor, with the exception in the mail's attributes. */
  record ToProcessor(String processor) implements MatchFailureRule {}

  /** All recipients count as matching; with {@code notmatch} too: the mailet runs. */
  record MatchAll() implements MatchFailureRule {}

  /** None counts as matching; with {@code notmatch} too: the mailet doesn't run. */
  record NoMatch() implements MatchFailureRule {}

  /** It stays and is tried again later. */
  record Propagate() implements MatchFailureRule {}
}
