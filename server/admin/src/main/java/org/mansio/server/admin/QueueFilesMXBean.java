package org.mansio.server.admin;

/**
 * Mail between the queue and files of the server's machine: for each mail a message ({@code .eml}) and beside it an
 * envelope of the same name ({@code .json}), which has all parameters and the queue's state. Thread-safe.
 */
public interface QueueFilesMXBean {
  /**
   * Writes copies of entries; they stay in the queue. What leaves it meanwhile may be missing.
   *
   * @param conditions as {@link QueueMXBean} reads them
   * @param folder an absolute path; made when it isn't there
   * @return how many
   */
  long export(String conditions, String folder);

  /**
   * Takes a mail in; durable when this returns. The files stay.
   *
   * @param file an absolute path that ends in {@code .eml}
   * @param keep whether it goes back to where it was, under the id and with the arrival and the attempts that it had; else
   *     it goes through the chain as a new mail
   * @return its queue id
   */
  String importMail(String file, boolean keep);
}
