package org.mansio.spi.mailet;

/**
 * Does one thing to a mail. One instance serves all mails at once, on many threads: fields are final, or guarded.
 * Blocking is fine (the thread is virtual), but every outside call needs a time-out.
 */
@FunctionalInterface
public interface Mailet extends AutoCloseable {
  /**
   * Works on the mail, whose recipients are those that the matcher picked.
   *
   * @return what happens to it next
   * @throws TemporaryFailure when it may work later, such as with a database away: the mail waits and runs this mailet again
   * @throws Exception any other failure: {@code onMailetException} of the chain decides, by default the error processor
   */
  Outcome service(Mail mail) throws Exception;

  /** Frees what the instance holds, at shutdown or when the chain is reloaded. */
  @Override
  default void close() throws Exception {}
}
