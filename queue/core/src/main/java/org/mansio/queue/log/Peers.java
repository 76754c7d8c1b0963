package org.mansio.queue.log;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The other processes that share a log, to be asked about the entries that they hold. Thread-safe. */
public interface Peers {
  /** There are none. */
  Peers NONE = new Peers() {
    @Override
    public Peer self() {
      return new Peer("", "");
    }

    @Override
    public List<Peer> others() {
      return List.of();
    }

    @Override
    public Replies ask(byte[] question) {
      return new Replies(List.of(), List.of());
    }

    @Override
    public Optional<byte[]> ask(Peer peer, byte[] question, Duration patience) {
      return Optional.empty();
    }

    @Override
    public void answerWith(UnaryOperator<byte[]> answers) {
      // Nobody asks.
    }
  };

  /**
   * One of the processes.
   *
   * @param id another one after each start
   * @param name for people to read
   */
  record Peer(String id, String name) {}

  /** An answer. @param octets not to be changed */
  record Given(Peer from, byte[] octets) {}

  /**
   * What a question to all came to.
   *
   * @param answers of those that gave one
   * @param silent those that didn't, by name and with the reason where it is known; for people to read
   */
  record Replies(List<Given> answers, List<String> silent) {
    public Replies {
      answers = List.copyOf(answers);
      silent = List.copyOf(silent);
    }
  }

  /** This process. */
  Peer self();

  /** Those that live, as far as is known. */
  List<Peer> others();

  /** Asks all others and waits for their answers, for some seconds at the most. */
  Replies ask(byte[] question);

  /**
   * Asks one and waits for its answer, which may take long.
   *
   * @param patience how long at the most
   * @return empty when it gave none in time or refused, and as soon as none can come any more: it is dead, or one of the two
   *     lost its connection meanwhile. Whether it did what it was asked for isn't known then
   * @throws InterruptedException when interrupted meanwhile
   */
  Optional<byte[]> ask(Peer peer, byte[] question, Duration patience) throws InterruptedException;

  /** What answers their questions, on a thread of its own for each; one that it throws at is told the reason. */
  void answerWith(UnaryOperator<byte[]> answers);
}
