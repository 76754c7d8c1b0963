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
   */
  enum Phase {
    /** The trace, which all others write to. */
    TRACE,
    /** Certificates. */
    TLS,
    /** Users, aliases, local mail, DNS. */
    DIRECTORY,
    /** The chain and the transports: nothing to start, closed when the queue is. */
    CHAIN,
    /** Recovers the mail at rest and can take mail. */
    QUEUE,
    /** Spool and outgoing are worked off. */
    PROCESSING,
    /** Mail comes in. */
    LISTENERS,
    /** What acts by itself. */
    BACKGROUND,
    /** Operators come in. */
    ADMINISTRATION
  }
}
