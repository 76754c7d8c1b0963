package org.mansio.server.processor;

import org.mansio.spi.mailet.Mailet;

/**
 * A mailet in its place.
 *
 * @param where {@code processor/position/mailet}, for the trace
 */
record Stage(
    String where,
    Condition condition,
    Mailet mailet,
    MailetFailureRule onMailetException,
    MatchFailureRule onMatchException) {}
