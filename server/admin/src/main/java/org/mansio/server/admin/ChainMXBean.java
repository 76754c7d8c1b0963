package org.mansio.server.admin;

import java.util.List;

/** The chain in force. Thread-safe. */
public interface ChainMXBean {
  /** All mailets, processor by processor, in the order they run. */
  List<ChainStep> show();

  /**
   * Takes a mail through the chain without effect: nothing is queued, delivered, written or sent, and the trace keeps nothing.
   * Mailets that say they can't do without an effect are left out, and named. What listeners do before the chain isn't part of
   * it.
   *
   * @param sender the reverse-path; empty or {@code <>} is the null one
   * @param recipients at least one
   * @param client the address that the mail would come from; empty: it is made here
   * @param user who would have logged in; empty: nobody
   * @param file an absolute path of the server's machine; the message alone, in the form of RFC 5322 with any line ends
   */
  SimulationView simulate(
      String sender, List<String> recipients, String client, String user, String file);
}
