package org.mansio.server.kernel;

import java.time.Duration;

/** A part of the server that starts and stops. */
public interface Component {
  /** For messages. */
  String name();

  /** When it starts; see {@link Phase}. */
  Phase phase();

  /**
   * Starts.
   *
   * @throws Exception when it can't; the server stops what has started and gives up
   */
  void start() throws Exception;

  /**
   * Stops; called only after {@link #start} was.
   *
   * @param grace for what is under way; shared with what stops later, so not to be used up for nothing
   */
  void stop(Duration grace) throws Exception;

  /**
   * The order of the start; the stop goes backwards. What takes mail in comes last, since a 250 may be given only when
   * all behind it works; so at the stop the intake closes first, then the queue finishes what is under way while
   * transports, chain and directory still serve it.
   *
   * <p>Certificates, directory, chain and queue don't need each other before mail is worked on: they make up one step of
   * the start, and open at the same time.
   */
  enum Phase {
    /** The trace, which all others write to. */
    TRACE(0),
    /** Certificates. */
    TLS(1),
    /** Users, aliases, local mail, DNS. */
    DIRECTORY(1),
    /** The chain and the transports: nothing to start, closed when the queue is. */
    CHAIN(1),
    /** Recovers the mail at rest and can take mail. */
    QUEUE(1),
    /** Spool and outgoing are worked off. */
    PROCESSING(2),
    /** Mail comes in. */
    LISTENERS(3),
    /** What acts by itself. */
    BACKGROUND(4),
    /** Operators come in. */
    ADMINISTRATION(5);

    private final int step;

    Phase(int step) {
      this.step = step;
    }

    /** Phases of the same step start at the same time. */
    int step() {
      return step;
    }
  }
}
