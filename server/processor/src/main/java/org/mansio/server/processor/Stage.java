package org.mansio.server.processor;

import org.mansio.spi.mailet.Mailet;

/**
 * A mailet in its place.
 *
 * @param where {@code processor/position/mailet}, for the trace
 * @param ends whether no mail goes on from it to the next one, when it doesn't throw
 * @param runsInSimulation whether it has no effect beyond the mail there
 */
record Stage(
    String where,
    Condition condition,
    Mailet mailet,
    MailetFailureRule onMailetException,
    MatchFailureRule onMatchException,
    boolean ends,
    boolean runsInSimulation) {}
