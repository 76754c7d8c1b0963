package org.mansio.queue.log;

import java.util.List;
import java.util.function.UnaryOperator;

/** The other processes that share a log, to be asked about the entries that they hold. Thread-safe. */
public interface Peers {
  /** There are none. */
  Peers NONE = new Peers() {
    @Override
    public List<byte[]> ask(byte[] question) {
      return List.of();
    }

    @Override
    public void answerWith(UnaryOperator<byte[]> answers) {
      // Nobody asks.
    }
  };

  /**
   * Asks all of them and waits for their answers, for some seconds at the most.
   *
   * @return the answers of those that gave one
   */
  List<byte[]> ask(byte[] question);

  /** What answers their questions, on a thread of its own for each. */
  void answerWith(UnaryOperator<byte[]> answers);
}
