package org.mansio.server.admin;

import java.util.Map;

/**
 * One thing that happened to a mail.
 *
 * @param kind such as {@code received, matched, dispatched, delivered}
 * @param where the listener, {@code processor/position/mailet}, or lane
 * @param details further facts by name
 */
public record TraceStep(
    String at, String id, String kind, String where, String text, Map<String, String> details) {}
